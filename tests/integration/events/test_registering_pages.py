"""A meeting with one's own place: registered, waiting, asked, given back, and what becomes of it."""

import re
from datetime import timedelta

import pytest

from intercoop_contracts.events import MEETINGS
from testkit.events_pages import HOSTILE, LIST, field, member, page, registers_on_page, words
from testkit.events_service import announced
from testkit.ids import new_id
from testkit.in_memory_network import state_event
from testkit.page_rules import Page

MINE = "/events/registrations"


@pytest.fixture
async def lucie(home):
    async with await member(home) as browser:
        yield browser


async def said(browser, meeting):
    return words(await page(browser, f"{LIST}/{meeting}"))


def undo_of(text):
    (address,) = re.findall(
        r'<form method="post" action="(/events/registrations/[^"]*/undo)"', text
    )
    return address


async def test_somebody_registers_is_told_so_and_may_undo_it(announce, lucie):
    meeting = (await announce(seats=18))["id"]
    assert "Il reste 18 places sur 18" in await said(lucie, meeting)
    answer = await registers_on_page(lucie, meeting)
    assert (answer.status_code, answer.headers["location"]) == (303, f"{LIST}/{meeting}")
    text = await page(lucie, f"{LIST}/{meeting}")
    assert words(text).count("Vous avez une place. À ") == 2
    assert "S’inscrire" not in words(text)
    undone = await lucie.post(undo_of(text))
    assert undone.status_code == 303
    after = await said(lucie, meeting)
    assert "Vous n’avez plus d’inscription à cette rencontre." in after
    assert "Il reste 18 places sur 18" in after


async def test_the_form_sent_twice_registers_once(home, announce, lucie):
    meeting = (await announce())["id"]
    text = await page(lucie, f"{LIST}/{meeting}")
    form = {"once": field(text, "once"), "organisation": field(text, "organisation")}
    answers = [await lucie.post(f"{LIST}/{meeting}/register", data=form) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert len(await home.fetch("SELECT FROM registrations")) == 1
    another = await lucie.post(f"{LIST}/{meeting}/register", data={**form, "once": "other"})
    assert another.status_code == 409
    assert "Vous avez une place" in words(another.text)


async def test_who_comes_when_it_is_full_waits_with_a_rank_and_moves_up(home, announce, lucie):
    meeting = (await announce(seats=1))["id"]
    await registers_on_page(lucie, meeting)
    async with await member(home) as samir, await member(home) as jeanne:
        assert "en tête de la liste d’attente" in await said(samir, meeting)
        await registers_on_page(samir, meeting)
        assert "Vous seriez 2ᵉ sur la liste d’attente" in await said(jeanne, meeting)
        await registers_on_page(jeanne, meeting)
        assert "Vous êtes 2ᵉ sur la liste d’attente" in await said(jeanne, meeting)
        asked = await page(lucie, await give_back_address(lucie, meeting))
        assert "La première personne en attente l’aura aussitôt." in words(asked)
        given = await lucie.post(await give_back_address(lucie, meeting))
        assert given.status_code == 303
        assert "Votre place est rendue." in await said(lucie, meeting)
        assert "Vous avez rendu votre place." in await said(lucie, meeting)
        assert "Vous avez une place" in await said(samir, meeting)
        assert "Vous êtes en tête" in await said(jeanne, meeting)


async def give_back_address(browser, meeting):
    text = await page(browser, f"{LIST}/{meeting}")
    (address,) = [link for link in Page(text).links() if link.endswith("/withdraw")]
    return address


async def test_in_whose_name_is_asked_where_there_are_several(home, announce):
    meeting = (await announce())["id"]
    one = await home.knows_organisation(name="Bois et Cie")
    other = await home.knows_organisation(name="L'Établi")
    async with home.browser(organisations=[str(one), str(other)]) as browser:
        text = await page(browser, f"{LIST}/{meeting}")
        assert "Au nom de qui ? Bois et Cie L&#39;Établi" in words(text)
        nobody = await browser.post(
            f"{LIST}/{meeting}/register", data={"once": field(text, "once")}
        )
        assert nobody.status_code == 422
        assert "Choisissez la coopérative" in words(nobody.text)
        answer = await registers_on_page(browser, meeting, other)
        assert answer.status_code == 303
    (kept,) = await home.fetch("SELECT organisation_id FROM registrations")
    assert kept["organisation_id"] == other


async def test_nobody_registers_in_the_name_of_others(home, announce, lucie):
    meeting = (await announce())["id"]
    strange = await home.knows_organisation(name="Ailleurs")
    answer = await registers_on_page(lucie, meeting, strange)
    assert answer.status_code == 403
    async with home.browser() as alone:
        assert "Voyez avec votre union" in await said(alone, meeting)


async def test_at_another_unions_meeting_it_is_asked_until_that_one_answers(home, neighbour, lucie):
    async with neighbour.client() as staff:
        starts = home.clock() + timedelta(days=3)
        body = {
            "title": HOSTILE, "format": "visit", "place": {"commune": "Aurillac"}, "seats": 1,
            "starts": starts.isoformat(), "ends": (starts + timedelta(hours=2)).isoformat(),
        }  # fmt: skip
        meeting = (await staff.post("/meetings", json=body)).json()["id"]
    await home.hears_from(neighbour)
    await registers_on_page(lucie, meeting)
    text = await said(lucie, meeting)
    assert "Demandée, pas encore confirmée par auvergne." in text
    assert "Selon auvergne," in text
    await neighbour.hears_from(home)
    await home.hears_from(neighbour)
    assert "Vous avez une place" in await said(lucie, meeting)


async def test_what_lapsed_was_refused_or_is_cancelled_says_why(home, announce, staff, lucie):
    far = new_id("auvergne")
    view = announced(home, title="Loin")
    await home.consumer.receive([state_event(MEETINGS, "auvergne", far, view)])
    await registers_on_page(lucie, far)
    near = (await announce())["id"]
    await registers_on_page(lucie, near)
    await staff.post(f"/meetings/{near}/cancel", json={"because": "La salle <b>fuit</b>"})
    text = await page(lucie, f"{LIST}/{near}")
    assert "Annulée : La salle &lt;b&gt;fuit&lt;/b&gt;" in words(text)
    assert "Vous n’avez rien à faire." in words(text)
    home.clock.advance(days=11)
    await home.fires_timers()
    assert "auvergne n’a pas répondu avant le début : vous n’aviez pas de place." in await said(
        lucie, far
    )


async def test_what_has_begun_takes_nobody_and_says_so(home, announce, lucie):
    meeting = (await announce())["id"]
    text = await page(lucie, f"{LIST}/{meeting}")
    form = {"once": field(text, "once"), "organisation": field(text, "organisation")}
    home.clock.advance(days=10, hours=1)
    answer = await lucie.post(f"{LIST}/{meeting}/register", data=form)
    assert answer.status_code == 409
    assert "Elle a commencé." in words(answer.text)
    assert "quelque chose a changé entre-temps" in words(answer.text)


async def test_a_registration_of_somebody_else_is_not_there(home, announce, lucie):
    meeting = (await announce())["id"]
    await registers_on_page(lucie, meeting)
    address = await give_back_address(lucie, meeting)
    async with await member(home) as samir:
        assert (await samir.get(address)).status_code == 404
        assert (await samir.post(address)).status_code == 404
    (kept,) = await home.fetch("SELECT state FROM registrations")
    assert kept["state"] == "seated"


async def test_ones_registrations_stand_by_state_with_a_way_to_give_back(home, announce, lucie):
    assert "Vous n’avez pas d’inscription en ce moment." in words(await page(lucie, MINE))
    kept, given = (await announce(title=HOSTILE))["id"], (await announce(title="Rendue"))["id"]
    for meeting in (kept, given):
        await registers_on_page(lucie, meeting)
    await lucie.post(await give_back_address(lucie, given))
    text = await page(lucie, MINE)
    assert "<script>alert" not in text
    coming, _, before = words(text).partition("Avant")
    assert "Vous avez une place" in coming
    assert "Rendue" in before
    assert "Place rendue" in before
    assert len([link for link in Page(text).links() if link.endswith("/withdraw")]) == 1


async def test_ones_calendar_has_an_address_that_is_renewed(home, announce, lucie):
    await registers_on_page(lucie, (await announce(title="Lire un bilan"))["id"])
    addresses = []
    for _ in range(2):
        form = {"once": field(await page(lucie, MINE), "once")}
        assert (await lucie.post(f"{MINE}/calendar", data=form)).status_code == 303
        text = await page(lucie, MINE)
        (address,) = [
            one["value"] for one in Page(text).all("input") if one.get("id") == "calendar-address"
        ]
        addresses.append(address)
    assert addresses[0] != addresses[1]
    async with home.stranger() as telephone:
        old, new = [await telephone.get(address) for address in addresses]
    assert (old.status_code, new.status_code) == (404, 200)
    assert "Lire un bilan" in new.text
