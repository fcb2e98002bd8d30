"""The directory as people see it: the list, its facets, a record on a day."""

import re
from datetime import UTC, datetime
from uuid import uuid4

import pytest

from intercoop_chassis.subscribers import Change
from intercoop_contracts.directory import ORGANISATIONS, OrganisationView
from testkit.page_rules import Page, breaches

LIST = "/directory/organisations"
ATELIER = {
    "name": "Atelier du Canal",
    "siren": "000123455",
    "statute": "scop",
    "form": "SARL",
    "trade": "43.32A",
    "headcount": 14,
    "commune": {"code": "31555"},
    "contact": {"email": "contact@atelier.example", "website": "https://atelier.example"},
    "expertise": ["machines", "reprise d'entreprise"],
    "links": [
        {"kind": "union", "owner": "auvergne", "since": "2009-01-01", "until": "2012-01-01"},
        {"kind": "union", "owner": "midi-pyrenees", "since": "2012-01-01"},
    ],
    "is_sample": True,
}
MARKUP = {"name": "Zinc <script>alert(1)</script> & Cie", "statute": "scic"}


def shown(answer):
    """A page's text as a reader has it."""
    assert answer.status_code == 200, answer.text
    assert list(breaches(answer.text)) == []
    main = answer.text.partition("<main")[2].partition("</main>")[0]
    return " ".join(re.sub(r"<[^>]*>", " ", main).split())


def names(answer):
    return re.findall(r'<h3><a href="/directory/organisations/[0-9a-f-]+">(.*?)</a>', answer.text)


def text_of(html):
    return " ".join(re.sub(r"<[^>]*>", " ", html).split())


@pytest.fixture
async def people(home, staff):
    """A browser at a directory of two organisations; `people.atelier` is one's page."""
    for organisation in (ATELIER, MARKUP):
        answer = await staff.post("/organisations", json=organisation)
        assert answer.status_code == 201, answer.text
        if organisation is ATELIER:
            atelier = f"{LIST}/{answer.json()['id']}"
    async with home.browser() as browser:
        browser.atelier = atelier
        yield browser


async def test_the_list_has_every_organisation_by_name_and_counts_them(people):
    answer = await people.get(LIST)
    text = shown(answer)
    assert names(answer) == [
        "Atelier du Canal",
        "Zinc &lt;script&gt;alert(1)&lt;/script&gt; &amp; Cie",
    ]
    assert "2 structures" in text
    assert "14 salarié·e·s" in text
    assert "Toulouse (31)" in text
    assert "Propose\u00a0: machines" in answer.text
    assert "C’est la fin de la liste." in text


async def test_a_search_forgives_what_the_api_forgives_and_keeps_what_was_typed(people):
    answer = await people.get(LIST, params={"q": "atellier canal"})
    assert names(answer) == ["Atelier du Canal"]
    (field,) = [one for one in Page(answer.text).all("input") if one.get("id") == "q"]
    assert field["value"] == "atellier canal"
    by_siren = await people.get(LIST, params={"q": "000 123 455"})
    assert names(by_siren) == ["Atelier du Canal"]


async def test_a_facet_narrows_the_list_and_keeps_the_counts_of_the_others(people):
    answer = await people.get(LIST, params={"statute": "scic"})
    text = shown(answer)
    assert "1 structure " in text
    assert re.search(r"Scic\s+1", text)
    assert re.search(r"Scop\s+1", text)
    assert LIST in Page(answer.text).links()


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ({"q": "zzzzzz"}, "Essayez-en moins"),
        ({"q": "!!!"}, "Essayez-en moins"),
        ({"statute": "loi47"}, "Retirez « Loi de 1947 » : il y en a 2."),
    ],
)
async def test_where_nothing_is_found_the_page_says_what_to_do(people, query, says):
    answer = await people.get(LIST, params=query)
    assert says in shown(answer)


async def test_an_empty_directory_says_why(home):
    async with home.browser() as browser:
        text = shown(await browser.get(LIST))
    assert "Pas encore de structure." in text


async def test_a_long_list_goes_on_at_the_next_page(people):
    first = await people.get(LIST, params={"limit": 1})
    following = [one for one in Page(first.text).all("a") if one.get("rel") == "next"]
    second = await people.get(following[0]["href"])
    assert len(names(first)) == 1
    assert names(first) != names(second)


async def test_a_record_says_who_it_is_and_whose_word_that_is(people):
    answer = await people.get(people.atelier)
    text = shown(answer)
    for said in ("Scop SARL", "000 123 455", "contact@atelier.example", "midi-pyrenees", "Exemple"):
        assert said in text
    assert "Fiche tenue par midi-pyrenees, à jour au" in text
    assert 'href="https://atelier.example"' in answer.text
    assert "Appartenances au 1" not in text


async def test_memberships_are_those_of_the_day_that_is_asked_for(people):
    text = shown(await people.get(people.atelier, params={"on": "2010-05-01"}))
    assert "Appartenances au 1er mai 2010." in text
    assert "auvergne depuis 2009" in text
    unreadable = await people.get(people.atelier, params={"on": "demain"})
    assert unreadable.status_code == 422


async def test_an_organisation_that_nobody_knows_is_a_page_that_says_so(people):
    answer = await people.get(f"{LIST}/{uuid4()}")
    assert answer.status_code == 404
    assert list(breaches(answer.text)) == []


async def test_an_address_of_another_owner_becomes_a_link_only_where_it_is_one(home):
    view = OrganisationView(name="Bois", contact={"website": "javascript:alert(1)"})
    subject = str(uuid4())
    change = Change(
        stream=ORGANISATIONS, owner="auvergne", subject=subject, version=1,
        occurred_at=datetime(2026, 3, 12, tzinfo=UTC), event_type="organisation-registered",
        before=None, after=view, is_news=True,
    )  # fmt: skip
    await home.hears([change])
    async with home.browser() as browser:
        page = await browser.get(f"{LIST}/{subject}")
    assert "javascript:alert(1)" in shown(page)
    assert "Fiche tenue par auvergne, à jour au 12 mars 2026" in shown(page)
    links = [one["href"] for one in Page(page.text).all("a")]
    assert [link for link in links if not link.startswith(("/", "#"))] == []


async def test_the_same_page_again_is_not_sent_again(people):
    first = await people.get(LIST)
    again = await people.get(LIST, headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


async def test_the_home_page_says_how_large_the_directory_is(people):
    assert "2 structures" in shown(await people.get("/"))
