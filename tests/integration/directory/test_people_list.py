"""The list of people: found, narrowed, as a file; for staff alone."""

import csv
import io

import pytest

from testkit.page_rules import Page
from testkit.people_pages import HOSTILE, MINE, OURS, PEOPLE, mandate, said, somebody
from testkit.registered_people import organisation, registered, signed_in


@pytest.fixture
async def nadia(home):
    """A browser of staff."""
    async with home.browser(roles=["staff"]) as browser:
        browser.base_url = "https://directory.test"
        browser.headers.update(OURS)
        yield browser


@pytest.fixture
async def atelier(staff):
    return await organisation(staff, "Atelier du Canal")


@pytest.fixture
async def everybody(home, staff, atelier):
    """Zoé has come in, Camille was not invited, Paul has left; ids by given name."""
    bodies = (
        somebody("Zoé", "Étienne", mandate(atelier), email="Zoe@Coop.example"),
        somebody("Camille", "Roux", mandate(atelier, "associate"), email="camille@coop.example"),
        somebody("Paul", "Ancien", mandate(atelier, until="2015-01-01")),
    )
    ids = {body["given_name"]: await registered(staff, body) for body in bodies}
    await signed_in(home, ids["Zoé"])
    return ids


def names(answer):
    text = said(answer)
    return {name for name in ("Zoé Étienne", "Camille Roux", "Paul Ancien") if name in text}


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", {"Zoé Étienne", "Camille Roux", "Paul Ancien"}),
        ("?q=ETIENNE+zoe", {"Zoé Étienne"}),
        ("?q=zoe@coop", {"Zoé Étienne"}),
        ("?q=zoé+roux", set()),
        ("?q=%25", set()),
        ("?of=atelier+du+canal", {"Zoé Étienne", "Camille Roux"}),
        ("?role=associate", {"Camille Roux"}),
        ("?role=", {"Zoé Étienne", "Camille Roux", "Paul Ancien"}),
        ("?state=active", {"Zoé Étienne"}),
        ("?state=none", {"Camille Roux", "Paul Ancien"}),
        ("?state=invited", set()),
    ],
)
async def test_people_are_found_by_words_co_operative_role_and_account(
    nadia, everybody, query, found
):
    answer = await nadia.get(f"{PEOPLE}{query}")
    assert answer.status_code == 200, answer.text
    assert names(answer) == found
    if not found:
        assert "Personne ne correspond." in said(answer)


async def test_a_row_says_what_somebody_is_where_and_whether_they_have_come_in(nadia, everybody):
    text = said(await nadia.get(PEOPLE))
    assert "3 personnes" in text
    assert "Zoé Étienne Gérant·e, Atelier du Canal Zoe@Coop.example compte ouvert" in text
    assert "Camille Roux Associé·e, Atelier du Canal camille@coop.example sans compte" in text
    assert "Paul Ancien Aucun mandat en cours" in text
    for counted in ("Toutes 3", "Sans compte 2", "Invitées 0", "Avec un compte 1"):
        assert counted in text


async def test_while_somebody_types_only_the_list_comes_and_is_kept_nowhere(nadia, everybody):
    typing = {"hx-request": "true", "hx-request-type": "partial"}
    answer = await nadia.get(f"{PEOPLE}?q=roux", headers=typing)
    assert "<html" not in answer.text
    assert "Camille Roux" in answer.text
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["hx-replace-url"] == f"{PEOPLE}?q=roux"


async def test_the_list_goes_on_where_a_page_ends(nadia, everybody):
    seen = []
    address = f"{PEOPLE}?limit=1"
    for _ in range(3):
        answer = await nadia.get(address)
        seen += names(answer)
        following = [one["href"] for one in Page(answer.text).all("a") if one.get("rel") == "next"]
        address = f"{following[0]}&limit=1" if following else ""
    assert seen == ["Paul Ancien", "Zoé Étienne", "Camille Roux"]
    assert address == ""


async def test_an_organisation_that_may_be_several_is_asked_about(nadia, staff, everybody):
    other = await organisation(staff, "Atelier du Canal")
    answer = await nadia.get(f"{PEOPLE}?of=atelier+du+canal")
    assert "De quelle structure s’agit-il ?" in said(answer)
    assert f'href="{PEOPLE}?organisation={other}"' in answer.text
    assert names(answer) == set()
    assert (await nadia.get(f"{PEOPLE}/export.csv?of=atelier+du+canal")).status_code == 422
    nowhere = await nadia.get(f"{PEOPLE}?of=nulle+part")
    assert "Aucune structure ne s’appelle « nulle part »" in said(nowhere)


async def test_the_same_list_is_a_file_in_which_no_name_is_a_formula(nadia, staff, everybody):
    await registered(staff, somebody("=cmd()", "+Roux", email="x@coop.example"))
    answer = await nadia.get(f"{PEOPLE}/export.csv?q=roux")
    assert answer.headers["cache-control"] == "no-store"
    assert "personnes.csv" in answer.headers["content-disposition"]
    heading, *rows = csv.reader(io.StringIO(answer.text.removeprefix("\ufeff")), delimiter=";")
    assert heading[:3] == ["Nom", "Prénom", "Adresses électroniques"]
    (formula, camille) = sorted(rows, key=lambda row: row[1])
    assert formula[:2] == ["'+Roux", "'=cmd()"]
    assert camille[:3] == ["Roux", "Camille", "camille@coop.example"]
    assert camille[6] == "associé·e, Atelier du Canal (du 2014-01-01)"


async def test_a_name_is_text_whatever_is_in_it(nadia, staff, atelier):
    zoe = await registered(staff, somebody(HOSTILE, HOSTILE, mandate(atelier)))
    for address in (PEOPLE, f"{PEOPLE}?q=zo", f"{PEOPLE}?state=none", f"{PEOPLE}?every=true",
                    f"{PEOPLE}/{zoe}", f"{PEOPLE}/{zoe}/edit", f"{PEOPLE}/{zoe}/erase",
                    f"{PEOPLE}/{zoe}/mandates/new", f"{PEOPLE}/invite?p0={zoe}",
                    f"{PEOPLE}/{zoe}/mandates/end?organisation={atelier}&role=manager&since=2014-01-01",
                    f"/directory/organisations/{atelier}"):  # fmt: skip
        answer = await nadia.get(address)
        assert answer.status_code == 200, address
        assert HOSTILE in said(answer)
        assert "<b>Zo" not in answer.text


async def test_where_nobody_is_yet_it_is_said_what_to_do(nadia):
    text = said(await nadia.get(PEOPLE))
    assert "Personne encore." in text
    assert "Ajouter une personne" in text


async def test_nobody_but_staff_sees_people(home, everybody):
    zoe = everybody["Zoé"]
    for roles in (["member"], ["elected"], ["operator"]):
        async with home.browser(roles=roles) as browser:
            browser.headers.update(OURS)
            for address in ("", "/export.csv", "/new", "/invite", f"/{zoe}", f"/{zoe}/edit",
                            f"/{zoe}/erase", f"/{zoe}/mandates/new"):  # fmt: skip
                answer = await browser.get(f"{PEOPLE}{address}")
                assert answer.status_code == 403, address
                assert "Étienne" not in answer.text
            for address in ("/new", "/invite", f"/{zoe}/edit", f"/{zoe}/erase", f"/{zoe}/revoke",
                            f"/{zoe}/mandates/new", f"/{zoe}/sessions/end"):  # fmt: skip
                answer = await browser.post(f"{PEOPLE}{address}", data={"reason": "asked"})
                assert answer.status_code == 403, address
            assert "Étienne" not in (await browser.get(MINE)).text
