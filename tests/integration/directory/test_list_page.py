"""The list as people use it: around a place, narrowed, on a map, and while they type."""

import re
from datetime import UTC, datetime
from uuid import uuid4

import pytest

from intercoop_chassis.subscribers import Change
from intercoop_contracts.directory import ORGANISATIONS, OrganisationView
from testkit.page_rules import Page, breaches

LIST = "/directory/organisations"
TOULOUSE = {"code": "31555"}
HOSTILE = 'Zinc "><script>alert(1)</script> ' + "x" * 150
HERE = [
    {"name": "Atelier du Canal", "statute": "scop", "headcount": 14, "commune": TOULOUSE},
    {"name": "Bois de Foix", "statute": "scic", "headcount": 3, "commune": {"code": "09122"}},
    {"name": HOSTILE, "statute": "scop", "commune": {"code": "12202"}},
    {"name": "مطبعة التعاونية", "statute": "scop", "commune": {"code": "97411"}},
]


def of_auvergne(name, owner="auvergne", **more):
    return Change(
        stream=ORGANISATIONS, owner=owner, subject=str(uuid4()), version=1,
        occurred_at=datetime(2026, 3, 12, tzinfo=UTC), event_type="organisation-registered",
        before=None, after=OrganisationView(name=name, **more), is_news=True,
    )  # fmt: skip


@pytest.fixture
async def people(home, staff):
    """A member's browser at a directory of four own organisations, and of Auvergne itself."""
    for organisation in HERE:
        answer = await staff.post("/organisations", json=organisation)
        assert answer.status_code == 201, answer.text
    await home.hears([of_auvergne("Union d'Auvergne", kind="union")])
    async with home.browser() as browser:
        yield browser


async def page(browser, **query):
    answer = await browser.get(LIST, params=query)
    assert answer.status_code == 200, answer.text
    assert list(breaches(answer.text)) == []
    return answer.text


def words(text):
    plain = re.sub(r"<[^>]*>", " ", text.partition("<main")[2])
    return " ".join(plain.replace("\u00a0", " ").replace("\u202f", " ").split())


def names(text):
    return re.findall(r'<h3><a href="/directory/organisations/[0-9a-f-]+">(.*?)</a>', text)


def active(text):
    return {one["href"] for one in Page(text).all("a") if one.get("aria-current") == "true"}


async def test_the_head_says_how_large_the_network_is_whatever_is_asked(people):
    for query in ({}, {"q": "bois"}, {"owner": "auvergne"}):
        assert "Annuaire 5 structures, 2 unions" in words(await page(people, **query))


async def test_owners_whose_names_begin_alike_are_told_apart_by_the_rest(home, people, staff):
    union = "Union régionale des Scop"
    own = await staff.post("/organisations", json={"name": f"{union} Ouest", "kind": "union"})
    assert own.status_code == 201, own.text
    await home.hears(
        [of_auvergne("Autre atelier"), of_auvergne(f"{union} Limousin", "limousin", kind="union")]
    )

    text = await page(people)

    assert '<p class="other">Limousin</p>' in text
    assert "<span>Limousin</span>" in text
    assert '<p class="other">Union d&#39;Auvergne</p>' in text


async def test_around_a_place_the_nearest_come_first_with_how_far_they_are(people):
    text = await page(people, near="Toulouse (31)", km=100)
    assert names(text) == ["Atelier du Canal", "Bois de Foix"]
    assert "2 structures à moins de 100 km de Toulouse" in words(text)
    assert "Toulouse (31) · 0 km" in words(text)
    assert re.search(r"Foix \(09\) · 7\d km", words(text))
    by_name = await page(people, near="Toulouse (31)", km=500, sort="name")
    assert names(by_name)[:2] == ["Atelier du Canal", "Bois de Foix"]


async def test_a_place_that_is_unclear_is_asked_about_and_nothing_is_lost(people):
    text = await page(people, q="bois", near="Saint-Martin")
    assert "De quelle commune s’agit-il ?" in words(text)
    links = [link for link in Page(text).links() if "commune=" in link]
    assert links
    assert all("q=bois" in link for link in links)
    unknown = await page(people, near="Zzyzx")
    assert "Aucune commune ne s’appelle « Zzyzx »" in words(unknown)


async def test_filters_are_named_and_each_can_be_taken_away_by_itself(people):
    text = await page(people, statute="scop", size=5)
    chips = re.search(r'<ul class="chips".*?</ul>', text, re.DOTALL)[0]
    assert "Scop ×" in words("<main>" + chips)
    assert "5 salarié·e·s et plus" in words("<main>" + chips)
    without = {one["href"] for one in Page("<ul>" + chips.partition(">")[2]).all("a")}
    assert without == {f"{LIST}?size=5", f"{LIST}?statute=scop", LIST}
    assert names(text) == ["Atelier du Canal"]
    assert without - {LIST} <= active(text) | without


async def test_an_owner_is_called_as_it_calls_itself(people):
    text = await page(people)
    assert "Union d&#39;Auvergne" in text
    assert f"{LIST}?owner=auvergne" in Page(text).links()


async def test_where_nothing_is_found_each_way_out_says_how_many_it_finds(people):
    text = words(await page(people, near="Toulouse (31)", km=10, statute="scic"))
    assert "Aucune structure ne correspond." in text
    assert "Retirez « Scic » : il y en a 1." in text
    assert "Chercher partout : il y en a 1." in text


async def test_the_map_counts_departements_and_says_those_overseas_in_words(people):
    text = await page(people, view="map")
    titles = re.findall(r"<title>([^<]*)</title><circle", text)
    assert {"Haute-Garonne 1", "Ariège 1", "Aveyron 1"} <= set(titles)
    assert "Outre-mer : La Réunion 1" in words(text)
    rows = re.search(r'<table class="bars">.*?</table>', text, re.DOTALL)[0]
    assert rows.count("<tr") == 4
    assert 'aria-hidden="true" focusable="false"' in text


async def test_the_map_around_a_place_has_the_numbers_of_the_list(people):
    text = await page(people, near="Toulouse (31)", km=100)
    pins = re.findall(r"<title>([^<]*)</title><rect[^>]*/><text[^>]*>([^<]*)</text>", text)
    assert sorted(pins, key=lambda pin: pin[1]) == [
        ("Atelier du Canal", "1"),
        ("Bois de Foix", "2"),
    ]
    assert re.findall(r'<span class="pin" aria-hidden="true">(\d)</span>', text) == ["1", "2"]
    (circle,) = re.findall(r'<circle class="radius"[^>]* r="([\d.]+)"', text)
    assert float(circle) == 100


async def test_while_somebody_types_only_what_is_found_comes_and_says_how_many(people):
    typing = {"HX-Request": "true", "HX-Request-Type": "partial"}
    answer = await people.get(LIST, params={"q": "canal", "near": ""}, headers=typing)
    assert answer.status_code == 200
    assert "<html" not in answer.text
    assert 'data-say="1 structure"' in answer.text
    assert answer.headers["hx-replace-url"] == f"{LIST}?q=canal"
    back = {"HX-Request": "true", "HX-Request-Type": "full"}
    assert "<html" in (await people.get(LIST, params={"q": "canal"}, headers=back)).text


async def test_hostile_and_foreign_names_are_shown_as_they_are(people):
    text = await page(people)
    assert "<script>alert" not in text
    assert "مطبعة التعاونية" in text
    hostile = await page(people, q='"><script>', near='"><img src=x>', km=50)
    assert "<img src=x" not in hostile


@pytest.mark.parametrize(
    "query",
    [
        {"departement": "31 or 1"}, {"km": "0"}, {"size": "many"}, {"sort": "age"},
        {"trade": "wood"}, {"cursor": "nonsense"}, {"commune": "Toulouse"},
    ],
)  # fmt: skip
async def test_an_address_that_nobody_wrote_is_a_page_that_says_so(people, query):
    answer = await people.get(LIST, params=query)
    assert answer.status_code == 422
    assert list(breaches(answer.text)) == []


async def test_fields_offer_communes_and_trades_for_what_is_typed(people):
    communes = await people.get("/directory/parts/communes", params={"q": "toul"})
    trades = await people.get("/directory/parts/trades", params={"q": "menuiserie"})
    nothing = await people.get("/directory/parts/communes", params={"q": "t"})
    assert 'role="option" data-autocomplete-value="Toulouse (31)"' in communes.text
    assert 'data-autocomplete-value="43.32A Travaux de menuiserie bois et PVC"' in trades.text
    assert nothing.text.strip() == ""


async def test_the_export_has_what_the_list_has(people):
    text = await page(people, near="Toulouse (31)", km=100, statute="scop")
    (link,) = [one for one in Page(text).links() if "export.csv" in one]
    answer = await people.get(link)
    assert answer.headers["content-disposition"] == 'attachment; filename="annuaire.csv"'
    lines = answer.text.splitlines()
    assert len(lines) == 2
    assert "Atelier du Canal" in lines[1]
    nothing = await people.get(f"{LIST}/export.csv", params={"q": "!!!"})
    assert len(nothing.text.splitlines()) == 1


async def test_counts_follow_what_is_registered_here_at_once(people, staff):
    """Facets are counted, and written, once for all who see the same: until something changes."""
    before = [await page(people) for _ in range(2)]
    await staff.post("/organisations", json={"name": "Nouvelle", "statute": "scic"})
    after = await page(people)

    counted = [
        re.search(r"Scic</span><span class=\"n\">(\d+)<", text)[1] for text in (*before, after)
    ]
    assert counted == ["1", "1", "2"]


async def test_what_changed_stands_in_the_list_at_once(people, staff):
    before = await page(people)
    assert "14 salarié·e·s" in words(before)
    listed = (await staff.get("/organisations", params={"limit": 100})).json()["items"]
    (canal,) = [one for one in listed if one["name"] == "Atelier du Canal"]
    whole = await staff.get(f"/organisations/{canal['id']}")
    changed = {**HERE[0], "headcount": 15}
    answer = await staff.put(
        f"/organisations/{canal['id']}", json=changed, headers={"If-Match": whole.headers["etag"]}
    )
    assert answer.status_code == 200, answer.text
    after = await page(people)
    assert "15 salarié·e·s" in words(after)
    assert "14 salarié·e·s" not in words(after)
    assert after == await page(people)
