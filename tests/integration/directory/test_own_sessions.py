"""One's sessions: listed, ended by oneself from another device, by staff, and by what one loses."""

import re
from uuid import UUID

import httpx
import pytest

from intercoop_chassis.postgres import Transaction
from intercoop_chassis.standing import remembered
from intercoop_directory.standings.store import purge
from testkit.browsers import Browser
from testkit.directory_service import DirectoryService
from testkit.page_rules import breaches
from testkit.registered_people import (
    CAMILLE,
    browser_of,
    erased,
    manages,
    organisation,
    registered,
    signed_in,
)

LIST = "/directory/sessions"
END = re.compile(rf'action="({LIST}/[0-9a-f-]+/end)"')
GOES_ON, IS_OVER = 200, 303
ENDED = "UPDATE sessions SET ended_at = now() - interval '31 days' WHERE id = $1"
OPENED = "UPDATE sessions SET opened_at = now() - interval '181 days' WHERE id = $1"
KEPT = (
    "SELECT EXISTS (SELECT FROM sessions)",
    "SELECT EXISTS (SELECT FROM accounts)",
    "SELECT EXISTS (SELECT FROM verified_addresses)",
    "SELECT EXISTS (SELECT FROM sign_ins WHERE person_id IS NOT NULL)",
)


@pytest.fixture
async def camille(staff: httpx.AsyncClient) -> UUID:
    return await registered(staff, manages(await organisation(staff)))


async def status(browser: httpx.AsyncClient) -> int:
    return (await browser.get(LIST)).status_code


async def test_ones_sessions_are_listed_on_a_page_and_among_ones_choices(
    home: DirectoryService, camille: UUID
) -> None:
    await browser_of(home, camille)
    desk = await browser_of(home, camille)

    page, choices = await desk.get(LIST), await desk.get("/me")
    desk.cookies.clear()
    strangers = await desk.get("/me")

    assert list(breaches(page.text)) == list(breaches(choices.text)) == []
    for answer in (page, choices):
        assert answer.text.count("celle-ci") == 1
        assert len(END.findall(answer.text)) == 1
        assert answer.text.count("<strong>Firefox</strong>") == 2
    assert "celle-ci" not in strangers.text


async def test_a_session_that_is_ended_from_another_device_is_over_there_and_goes_on_here(
    home: DirectoryService, camille: UUID
) -> None:
    phone, desk = await browser_of(home, camille), await browser_of(home, camille)
    assert await status(phone) == GOES_ON
    (button,) = END.findall((await desk.get(LIST)).text)

    answer = await desk.post(button)
    shown = await desk.get(answer.headers["location"])

    assert (answer.status_code, answer.headers["location"]) == (303, LIST)
    assert "La session est fermée." in shown.text
    assert (await status(phone), await status(desk)) == (IS_OVER, GOES_ON)


async def test_all_the_others_end_at_once_and_this_one_goes_on(
    home: DirectoryService, camille: UUID
) -> None:
    others = [await browser_of(home, camille) for _ in range(3)]
    this = await browser_of(home, camille)

    await this.post(f"{LIST}/end-others")

    assert [await status(each) for each in others] == [IS_OVER] * 3
    assert await status(this) == GOES_ON
    assert "Fermer toutes les autres" not in (await this.get(LIST)).text


async def test_nobody_sees_or_ends_a_session_of_somebody_else(
    home: DirectoryService, staff: httpx.AsyncClient, camille: UUID
) -> None:
    other = await registered(staff, manages(await organisation(staff, "B")))
    victim, desk = await browser_of(home, camille), await browser_of(home, camille)
    intruder = await browser_of(home, other)
    (button,) = END.findall((await desk.get(LIST)).text)

    answer = await intruder.post(button)
    await intruder.post(f"{LIST}/end-others")

    assert answer.status_code == 404
    assert END.findall((await intruder.get(LIST)).text) == []
    assert (await status(victim), await status(desk)) == (GOES_ON, GOES_ON)


async def test_staff_end_all_sessions_of_a_person_who_may_sign_in_anew(
    home: DirectoryService, staff: httpx.AsyncClient, camille: UUID
) -> None:
    before = [await browser_of(home, camille) for _ in range(2)]

    answer = await staff.post(f"/people/{camille}/sessions/end")
    after = await browser_of(home, camille)

    assert answer.status_code == 204
    assert [await status(each) for each in before] == [IS_OVER] * 2
    assert await status(after) == GOES_ON
    nobody = await staff.post(f"/people/{UUID(int=0)}/sessions/end")
    assert (nobody.status_code, nobody.json()["code"]) == (404, "not-found")


async def test_a_mandate_that_staff_take_away_ends_what_it_allowed_within_seconds(
    home: DirectoryService,
    staff: httpx.AsyncClient,
    camille: UUID,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    browser = await browser_of(home, camille)
    assert await status(browser) == GOES_ON

    changed = await staff.put(f"/people/{camille}", json=CAMILLE, headers={"If-Match": '"1"'})
    assert changed.status_code == 200, changed.text
    still = await status(browser)
    monkeypatch.setattr(home.app.state.sessions._standings, "_clock", lambda: float("inf"))

    assert still == GOES_ON, f"it is asked for every {remembered.ASK_AGAIN_S:.0f} s"
    assert await status(browser) == IS_OVER


async def test_a_session_is_forgotten_a_month_after_its_end_and_half_a_year_after_its_beginning(
    home: DirectoryService, camille: UUID
) -> None:
    ended, old, open_one = [await signed_in(home, camille) for _ in range(3)]

    async def work(tx: Transaction) -> int:
        await tx.execute(ENDED, ended)
        await tx.execute(OPENED, old)
        return await purge(10, tx)

    assert await home.db.command(work) == 2
    async with home.db.read() as tx:
        assert await tx.fetchval("SELECT id FROM sessions") == open_one


async def test_who_is_erased_leaves_no_session_no_sign_in_and_no_address(
    home: DirectoryService, browser: Browser, lucie: UUID
) -> None:
    (mail,) = await browser.asks("lucie@example.coop")
    code = re.search(r"\b[A-Z2-7]{4}-[A-Z2-7]{4}\b", mail.text)
    assert code
    await browser.types(code[0])
    await browser.asks("lucie@example.coop")
    desk = await browser_of(home, lucie)

    await erased(home, lucie)
    home.app.state.sessions.changed(lucie)

    assert await status(desk) == IS_OVER
    async with home.db.read() as tx:
        for kept in KEPT:
            assert not await tx.fetchval(kept), kept
        told = await tx.fetchval(
            "SELECT event_type FROM published WHERE subject = $1 AND topic LIKE '%accounts%'",
            str(lucie),
        )
    assert told == "account-erased"
