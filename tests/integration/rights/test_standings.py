"""What a person may do is looked up where they ask: by the clock, by what arrives, for a few seconds."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import httpx
import pytest

from intercoop_chassis.auth.issuing import TokenContent
from intercoop_chassis.standing import RememberedStandings, remembered
from intercoop_contracts.directory import (
    ACCOUNTS,
    AccountView,
    OrganisationRight,
    OrganisationRightView,
)
from intercoop_contracts.directory.accounts import EndedSessionView
from testkit.accounts import account
from testkit.events_service import EventsService
from testkit.ids import new_id
from testkit.in_memory_network import state_event
from testkit.issuer import Issuer
from testkit.platform import Platform
from testkit.statements import counted

OWNER = "midi-pyrenees"
LAST_EVENING = datetime(2026, 11, 30, 22, 59, 59, tzinfo=UTC)
"""A second before midnight in France."""


@pytest.fixture
async def events(platform: Platform, issuer: Issuer) -> AsyncIterator[EventsService]:
    service = EventsService(OWNER, await platform.database(EventsService.service), issuer)
    yield service
    await service.db.close()


async def hears(events: EventsService, person: UUID, view: AccountView, version: int = 1) -> None:
    await events.consumer.receive([state_event(ACCOUNTS, OWNER, person, view, version)])


def signed_in(
    events: EventsService, person: UUID, session: UUID | None = None
) -> httpx.AsyncClient:
    """A program that somebody gave their session's token."""
    sessions = events.app.state.sessions
    content = TokenContent(person, session or new_id(OWNER), signed_in=datetime.now(UTC))
    return httpx.AsyncClient(
        base_url="http://events.test/events/api",
        headers={"Authorization": f"Bearer {sessions._issuer.issue(content)}"},
        transport=httpx.ASGITransport(app=events.app),
    )


async def asked(client: httpx.AsyncClient) -> tuple[int, str]:
    answer = await client.get("/registrations")
    return answer.status_code, "" if answer.is_success else answer.json()["code"]


async def test_a_mandate_ends_at_midnight_in_france_without_any_message(
    events: EventsService,
) -> None:
    person = new_id(OWNER)
    right = OrganisationRightView(
        organisation_id=new_id(OWNER),
        right=OrganisationRight.ACT,
        since=date(2014, 1, 1),
        until=date(2026, 12, 1),
    )
    await hears(events, person, AccountView(organisations=(right,)))
    async with signed_in(events, person) as client:
        events.clock.now = LAST_EVENING
        assert await asked(client) == (200, "")

        events.clock.advance(seconds=1)
        assert await asked(client) == (401, "unauthenticated")


async def test_an_end_that_arrives_ends_that_session_alone(
    events: EventsService, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(remembered, "ASK_AGAIN_S", 0)
    person, phone, desk = new_id(OWNER), new_id(OWNER), new_id(OWNER)
    await hears(events, person, account(OWNER))
    ended = account(OWNER, ended_sessions=(EndedSessionView(id=phone),))
    async with signed_in(events, person, phone) as one, signed_in(events, person, desk) as other:
        assert (await asked(one), await asked(other)) == ((200, ""), (200, ""))

        await hears(events, person, ended, 2)

        assert (await asked(one), await asked(other)) == ((401, "unauthenticated"), (200, ""))


async def test_roles_that_arrive_count_and_those_that_go_do_not(
    events: EventsService, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(remembered, "ASK_AGAIN_S", 0)
    person = new_id(OWNER)
    await hears(events, person, account(OWNER))
    async with signed_in(events, person) as client:
        seen = []
        for version, roles in enumerate(([], ["staff"], ["operator"], ["adviser"]), start=2):
            await hears(events, person, account(OWNER, roles), version)
            answer = await client.post("/meetings", json={})
            seen.append(answer.status_code)
    assert seen == [403, 422, 403, 422]


async def test_until_an_account_arrives_one_is_asked_to_come_again(events: EventsService) -> None:
    person = new_id(OWNER)
    async with signed_in(events, person) as client:
        assert await asked(client) == (503, "standing-not-arrived")
        await hears(events, person, account(OWNER))
        assert await asked(client) == (200, "")


async def test_what_was_looked_up_serves_for_five_seconds_for_each_and_for_few(
    events: EventsService, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(remembered, "MOST_REMEMBERED", 2)
    people = [new_id(OWNER) for _ in range(3)]
    for person in people:
        await hears(events, person, account(OWNER))
    now, context = [1000.0], next(iter(events.app.state.site.contexts.values()))
    standings = RememberedStandings({"events": context}, clock=lambda: now[0])

    async def looked_up(person: UUID) -> int:
        with counted(monkeypatch) as statements:
            await standings.identity(person, uuid4(), "events")
        return len(statements)

    assert [await looked_up(people[0]) for _ in range(2)] == [1, 0]
    now[0] += remembered.ASK_AGAIN_S
    assert await looked_up(people[0]) == 1
    assert [await looked_up(person) for person in people] == [0, 1, 1]
    assert await looked_up(people[0]) == 1, "of three the two that came last are remembered"
    standings.look_again(people[0])
    assert await looked_up(people[0]) == 1


async def test_a_right_of_a_day_to_come_is_none_yet(events: EventsService) -> None:
    tomorrow = datetime.now(UTC).date() + timedelta(days=2)
    right = OrganisationRightView(
        organisation_id=new_id(OWNER), right=OrganisationRight.READ, since=tomorrow
    )
    person = new_id(OWNER)
    await hears(events, person, AccountView(organisations=(right,)))
    async with signed_in(events, person) as client:
        assert await asked(client) == (401, "unauthenticated")
        events.clock.advance(days=3)
        assert await asked(client) == (200, "")
