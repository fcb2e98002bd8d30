"""What strangers see of an organiser's meetings, and the agenda's parts of boards."""

from datetime import timedelta

import pytest

from intercoop_contracts.directory import CommuneView, PublicContact
from intercoop_contracts.events import MEETINGS
from testkit.events_pages import HOSTILE, LIST, member, page, registers_on_page, words
from testkit.events_service import announced
from testkit.ids import new_id
from testkit.in_memory_network import state_event
from testkit.page_rules import Page

FIGEAC = CommuneView(code="46102", name="Figeac", departement="46", lat=44.6, lon=2.03)
NEAR_FIGEAC = {"commune": "Figeac", "departement": "46", "lat": 44.61, "lon": 2.03}


@pytest.fixture
async def stranger(home):
    async with home.stranger() as browser:
        yield browser


@pytest.fixture
async def lucie(home):
    figeac = await home.knows_organisation(name="Imprimerie du Cantal", commune=FIGEAC)
    async with await member(home, organisation=figeac) as browser:
        yield browser


async def test_strangers_read_what_is_open_to_everybody_and_nobodys_name(
    home, announce, lucie, stranger
):
    contact = PublicContact(email="bonjour@union.example", website="javascript:alert(1)")
    await home.knows_organisation(name="Union Midi-Pyrénées", kind="union", contact=contact)
    shown = (await announce(title=HOSTILE, open_to_everybody=True, seats=3))["id"]
    await announce(title="Entre nous")
    await announce(title="Ailleurs dans le temps", open_to_everybody=True)
    await registers_on_page(lucie, shown)
    for address in ("/events/public", "/events/public/midi-pyrenees"):
        text = await page(stranger, address)
        said = words(text)
        assert "Union Midi-Pyrénées" in said
        assert "Zinc" in said
        assert "Ailleurs dans le temps" in said
        assert "Entre nous" not in said
        assert "bonjour@union.example" in said
        assert "Camille" not in text
        assert "<script>alert" not in text
        assert "javascript:" not in {one["href"].partition("a")[0] for one in Page(text).all("a")}
        assert 'href="javascript' not in text


async def test_another_organisers_public_page_is_there_and_an_unknown_ones_is_not(home, stranger):
    view = announced(home, title="En Auvergne", open_to_everybody=True)
    await home.consumer.receive([state_event(MEETINGS, "auvergne", new_id("auvergne"), view)])
    assert "En Auvergne" in words(await page(stranger, "/events/public/auvergne"))
    assert "pas encore donné de contact public" in words(
        await page(stranger, "/events/public/auvergne")
    )
    await page(stranger, "/events/public/nobody", 404)
    assert "en ce moment" in words(await page(stranger, "/events/public"))


async def test_nothing_is_open_unless_it_is_said(home, announce):
    meeting = await announce()
    assert meeting["open_to_everybody"] is False
    async with home.client() as staff:
        read = await staff.get(f"/meetings/{meeting['id']}")
    assert read.json()["open_to_everybody"] is False


async def part(browser, name, **query):
    answer = await browser.get(f"/events/parts/{name}", params=query or None)
    assert answer.status_code == 200, answer.text
    assert "<html" not in answer.text
    return answer.text


async def test_the_home_page_has_what_is_near_and_what_one_is_registered_for(announce, lucie):
    assert "Aucune rencontre n’est encore annoncée." in words("<main" + await part(lucie, "coming"))
    await announce(title="Loin d'ici")
    assert "Loin d&#39;ici" in await part(lucie, "coming")
    near = (await announce(title="Tout près", place=NEAR_FIGEAC))["id"]
    coming = await part(lucie, "coming")
    assert "Tout près" in coming
    assert "Loin d&#39;ici" not in coming
    assert f"{LIST}?near=Figeac%20%2846%29&amp;km=100" in coming
    assert "pas d’inscription en ce moment" in words("<main" + await part(lucie, "registered"))
    await registers_on_page(lucie, near)
    registered = words("<main" + await part(lucie, "registered"))
    assert "Tout près" in registered
    assert "Vous avez une place" in registered


async def test_what_is_over_is_on_no_board(home, announce, lucie):
    meeting = (await announce(title="Tout près", place=NEAR_FIGEAC))["id"]
    await registers_on_page(lucie, meeting)
    home.clock.advance(days=11)
    assert "Tout près" not in await part(lucie, "registered")
    assert "Tout près" not in await part(lucie, "coming")


async def test_a_search_finds_meetings_to_come_by_their_words(home, announce, lucie):
    for number in range(9):
        starts = home.clock() + timedelta(days=3 + number)
        ends = (starts + timedelta(hours=1)).isoformat()
        title = f"Économie circulaire {number}"
        await announce(title=title, starts=starts.isoformat(), ends=ends)
    found = await part(lucie, "meetings-found", q="economie")
    assert found.count("<h3>") == 8
    assert "Voir les 9 rencontres" in words("<main" + found)
    nothing = words("<main" + await part(lucie, "meetings-found", q="introuvable"))
    assert "Aucune rencontre à venir ne correspond." in nothing
