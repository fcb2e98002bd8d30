"""A person is erased by staff, who are asked first: what disappears where, and why."""

import pytest

from testkit.people_pages import MINE, OURS, PEOPLE, mandate, opened, said, somebody
from testkit.registered_people import browser_of, organisation, registered

ERASED = "SELECT reason, erased_by FROM erasures WHERE person_id = $1"


@pytest.fixture
async def nadia(home):
    """A browser of staff."""
    async with home.browser(roles=["staff"]) as browser:
        browser.base_url = "https://directory.test"
        browser.headers.update(OURS)
        yield browser


@pytest.fixture
async def zoe(staff):
    atelier = await organisation(staff, "Atelier du Canal")
    body = somebody("Zoé", "Étienne", mandate(atelier), email="zoe@coop.example")
    return await registered(staff, body)


async def reasons(home, person):
    async with home.db.read() as tx:
        return [row["reason"] for row in await tx.fetch(ERASED, person)]


async def test_what_disappears_is_said_first_and_a_reason_is_asked(home, nadia, zoe):
    address = f"{PEOPLE}/{zoe}/erase"
    assert f'href="{address}"' in (await nadia.get(f"{PEOPLE}/{zoe}")).text
    text = said(await nadia.get(address))
    for one in ("Effacer Zoé Étienne ?", "On ne peut pas revenir en arrière.", "Dans l’annuaire",
                "Dans les notifications", "Dans les autres unions", "Ce qui reste"):  # fmt: skip
        assert one in text, one
    form = await opened(nadia, address)
    for wrong in ({}, {"reason": "because"}):
        answer = await nadia.post(address, data={**form, **wrong})
        assert answer.status_code == 422
        assert 'href="#reason"' in answer.text
        assert "<title>À corriger" in answer.text
    assert (await nadia.get(f"{PEOPLE}/{zoe}")).status_code == 200
    assert await reasons(home, zoe) == []


async def test_whoever_is_erased_is_gone_from_every_page_and_signed_out(home, nadia, staff, zoe):
    address = f"{PEOPLE}/{zoe}/erase"
    form = await opened(nadia, address)
    async with await browser_of(home, zoe) as herself:
        assert (await herself.get(MINE)).status_code == 200
        answers = [await nadia.post(address, data={**form, "reason": "asked"}) for _ in range(2)]
        assert (await herself.get(MINE)).status_code == 303
    assert [answer.status_code for answer in answers] == [303, 303]
    listed = await nadia.get(answers[0].headers["location"])
    assert "Cette personne est effacée" in said(listed)
    assert "Étienne" not in listed.text
    for gone in ("", "/edit", "/erase", "/mandates/new"):
        page = await nadia.get(f"{PEOPLE}/{zoe}{gone}")
        assert page.status_code == 410
        assert "effacé" in page.text
        assert "Étienne" not in page.text
    assert await reasons(home, zoe) == ["asked"]
    assert (await staff.get(f"/people/{zoe}")).status_code == 404
    assert "Étienne" not in (await nadia.get(f"{PEOPLE}/export.csv")).text


async def test_two_who_erase_at_once_erase_once(home, nadia, zoe):
    address = f"{PEOPLE}/{zoe}/erase"
    first, second = await opened(nadia, address), await opened(nadia, address)
    assert (await nadia.post(address, data={**first, "reason": "left"})).status_code == 303
    assert (await nadia.post(address, data={**second, "reason": "mistake"})).status_code == 410
    assert await reasons(home, zoe) == ["left"]


async def test_an_operator_is_not_erased_while_they_operate(home, nadia):
    async with home.browser(roles=["operator"]) as operator:
        given = {"given_name": "Karim", "family_name": "Exemple", "address": "k@coop.example"}
        gift = {**given, "role": "operator", "since": "2020-01-01"}
        team = "/directory/setup/team/members/give"
        assert (await operator.post(team, data=gift, headers=OURS)).status_code == 303
    async with home.db.read() as tx:
        karim = await tx.fetchval("SELECT id FROM people WHERE given_name = 'Karim'")
    assert "/erase" not in (await nadia.get(f"{PEOPLE}/{karim}")).text
    asked = await nadia.get(f"{PEOPLE}/{karim}/erase")
    assert "Cette personne exploite l’instance." in said(asked)
    assert "Effacer définitivement" not in asked.text
    answer = await nadia.post(f"{PEOPLE}/{karim}/erase", data={"reason": "asked"})
    assert answer.status_code == 409
    assert await reasons(home, karim) == []
