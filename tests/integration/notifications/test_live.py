"""Notices as they come, over a real connection."""

import asyncio
import time
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from uuid import uuid4

import pytest

from intercoop_chassis.postgres import channel
from intercoop_contracts.directory import AccountView
from intercoop_notifications.notices.api import live
from intercoop_notifications.notices.domain.notice import Source
from intercoop_notifications.notices.handlers import hear_registration
from intercoop_notifications.notices.store import notices
from testkit.accounts import account_arrives
from testkit.nodes import until
from testkit.notifications_service import NotificationsService, registration_view
from testkit.server_sent_events import Event, NotificationsServer

WENT_BACK = "UPDATE recipients SET given = given - 1 WHERE person_id = $1"
LISTENERS = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND application_name = 'intercoop-channel-notices'
"""
CUT_OFF = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname = current_database() AND application_name = 'intercoop-channel-notices'
"""
NOBODYS = "9ec8ec42-6d14-45c3-8200-c05ffa995828"
"""An id that no notice has."""


@pytest.fixture
async def server(service):
    server = NotificationsServer(service)
    yield server
    await server.close()


async def test_it_begins_with_the_count_and_then_tells_each_notice(service, server):
    person = await service.person()
    await service.registers(person)
    async with server.event_source(person) as event_source:
        assert event_source.answer.headers["content-type"].startswith("text/event-stream")
        assert event_source.answer.headers["cache-control"] == "no-store"
        assert await event_source.next() == Event("unread", {"unread": 1})
        for _ in range(2):
            await service.registers(person)
        first, second = await event_source.next(), await event_source.next()
    newest, older, _ = await service.notices(person)
    assert first == Event("notice", older, older["id"])
    assert second == Event("notice", newest, newest["id"])


async def test_what_a_worker_in_another_process_gave_arrives_too(service, server, issuer):
    elsewhere = NotificationsService(service.settings.database.get_secret_value(), issuer)
    person = await service.person(language="en")
    async with server.event_source(person) as event_source:
        await event_source.next()
        await elsewhere.registers(person)
        event = await event_source.next()
    await elsewhere.close()
    assert event.data["title"].startswith("You have a seat")


async def test_whoever_comes_back_is_told_what_they_missed_and_nothing_twice(service, server):
    person = await service.person()
    for _ in range(4):
        await service.registers(person)
    ids = [notice["id"] for notice in reversed(await service.notices(person))]
    async with server.event_source(person, last_event_id=ids[1]) as event_source:
        assert await event_source.next() == Event("unread", {"unread": 4})
        assert [(await event_source.next()).id for _ in range(2)] == ids[2:]
        await service.registers(person)
        assert (await event_source.next()).id == (await service.notices(person))[0]["id"]


@pytest.mark.parametrize("last", ["", "not-an-id", NOBODYS, "theirs"])
async def test_an_id_that_is_none_of_ones_own_begins_with_what_comes(service, server, last):
    person, other = await service.person(), await service.person()
    await service.registers(other)
    await service.registers(person)
    if last == "theirs":
        last = (await service.notices(other))[0]["id"]
    async with server.event_source(person, last_event_id=last) as event_source:
        await event_source.next()
        await service.registers(person)
        assert (await event_source.next()).id == (await service.notices(person))[0]["id"]


async def test_it_ends_with_the_last_mandate_and_tells_nothing_that_comes_after(service, server):
    person = await service.person()
    async with server.event_source(person, signed_in=True) as event_source:
        await event_source.next()
        await account_arrives("midi-pyrenees", person, AccountView(), [service.db])
        service.app.state.sessions.changed(person)
        await service.registers(person)
        with pytest.raises(StopAsyncIteration):
            while (await event_source.next()).name != "notice":
                pass


async def test_it_ends_where_the_database_went_back_and_its_program_begins_anew(service, server):
    person = await service.person()
    await service.registers(person)
    await service.registers(person)
    async with server.event_source(person) as event_source:
        await event_source.next()
        await service.execute(WENT_BACK, person)
        await service.execute(CUT_OFF)
        assert await event_source.is_over()


async def test_what_came_while_the_listening_connection_was_lost_arrives_too(service, server):
    person = await service.person()
    async with server.event_source(person) as event_source:
        await event_source.next()
        await service.registers(person)
        await event_source.next()
        async with service.db.transaction() as tx:  # nobody listens when it commits
            await tx.execute(CUT_OFF)
        await service.registers(person)
        assert (await event_source.next()).id == (await service.notices(person))[0]["id"]


async def test_more_than_one_page_was_missed(service, server):
    person = await service.person()
    codes = [await service.registers(person) for _ in range(2)]
    first = (await service.notices(person))[-1]["id"]
    codes += [await service.registers(person) for _ in range(live._AT_ONCE + 5)]
    async with server.event_source(person, last_event_id=first) as event_source:
        await event_source.next()
        told = [(await event_source.next()).data["link"]["registration_id"] for _ in codes[1:]]
    assert told == [str(code) for code in codes[1:]]


async def test_nobody_hears_anothers(service, server):
    person, other = await service.person(), await service.person()
    async with server.event_source(person) as event_source, server.event_source(other) as others:
        assert await event_source.next() == await others.next() == Event("unread", {"unread": 0})
        await service.registers(other)
        await service.registers(person)
        assert (await event_source.next()).id == (await service.notices(person))[0]["id"]
        assert (await others.next()).id == (await service.notices(other))[0]["id"]


async def test_many_listeners_share_a_connection_and_nobody_has_one_for_none(service, server):
    people = [await service.person() for _ in range(4)]

    async def connections():
        (row,) = await service.fetch(LISTENERS)
        return row["count"]

    async with AsyncExitStack() as stack:
        ears = [await stack.enter_async_context(server.event_source(person)) for person in people]
        for event_source in ears:
            await event_source.next()
        for person, event_source in zip(people, ears, strict=True):
            await service.registers(person)
            assert (await event_source.next()).name == "notice"
        assert await connections() == 1

    async def nobody_listens():
        return await connections() == 0

    await until(nobody_listens, what="the end of listening")


async def test_a_process_has_room_for_so_many(service, server, monkeypatch):
    monkeypatch.setattr(channel, "MOST_WAITERS", 1)
    async with server.event_source(await service.person()) as event_source:
        await event_source.next()
        async with server.event_source(await service.person()) as refused:
            assert refused.answer.status_code == 503
            assert "listening-is-full" in (await refused.answer.aread()).decode()


async def test_a_person_listens_in_a_few_places_and_one_that_closes_makes_room(service, server):
    person = await service.person()
    async with AsyncExitStack() as stack:
        places = range(channel.WAITERS_OF_A_KEY)
        ears = [await stack.enter_async_context(server.event_source(person)) for _ in places]
        for event_source in ears:
            await event_source.next()
        async with server.event_source(person) as refused:
            assert refused.answer.status_code == 429
            assert refused.answer.headers["content-type"] == "application/problem+json"
        async with server.event_source(await service.person()) as other:
            assert other.answer.status_code == 200

    async def has_room():
        async with server.event_source(person) as again:
            return again.answer.status_code == 200

    await until(has_room, what="room")


async def test_a_comment_now_and_then_keeps_the_connection_open(service, server, monkeypatch):
    monkeypatch.setattr(live, "HEARTBEAT_S", 0.1)
    async with server.event_source(await service.person()) as event_source:
        await event_source.next()
        assert (await event_source.next()).name == ""
        assert (await event_source.next()).name == ""


async def test_it_ends_after_a_while_so_that_a_fresh_token_is_shown(service, server, monkeypatch):
    monkeypatch.setattr(live, "LONGEST_S", 0.2)
    monkeypatch.setattr(live, "HEARTBEAT_S", 0.1)
    async with server.event_source(await service.person()) as event_source:
        assert await event_source.is_over()


async def test_it_ends_when_the_database_is_away_and_comes_back_without_a_loss(
    service, server, monkeypatch
):
    person = await service.person()
    await service.registers(person)
    (first,) = await service.notices(person)

    async def away(*_):
        raise ConnectionResetError

    with monkeypatch.context() as broken:
        broken.setattr(notices, "after", away)
        async with server.event_source(person, last_event_id=first["id"]) as event_source:
            await event_source.next()
            await service.registers(person)
            assert await event_source.is_over()
    async with server.event_source(person, last_event_id=first["id"]) as event_source:
        await event_source.next()
        assert (await event_source.next()).id == (await service.notices(person))[0]["id"]


async def test_it_ends_cleanly_when_the_process_is_told_to(service, server):
    async with server.event_source(await service.person()) as event_source:
        await event_source.next()
        started = time.monotonic()
        server.stop.set()
        assert await event_source.is_over()
        await asyncio.wait_for(server.serving, 12)
    assert time.monotonic() - started < 12, "it was cut off where it should have ended"


async def test_a_persons_notices_become_visible_in_the_order_of_their_places(service):
    """One whose transaction takes longer is not passed by a later one, which nobody would see."""
    person = await service.person()
    view = registration_view(person)
    first, second = (Source("private.registrations.v1", str(uuid4()), 1) for _ in range(2))

    async def second_comes():
        async with service.db.transaction() as tx:
            await hear_registration(second, None, view, tx, now=datetime.now(UTC))

    async with service.db.transaction() as tx:
        await hear_registration(first, None, view, tx, now=datetime.now(UTC))
        later = asyncio.create_task(second_comes())
        waits = "SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted)"
        await until(lambda: tx.fetchval(waits), what="the second one waiting")
        assert await service.notices(person) == []
    await later
    codes = [notice["link"]["registration_id"] for notice in await service.notices(person)]
    assert codes == [second.subject, first.subject]
