"""Decisions about seats, on a short list and on a long one: each in a transaction of its own."""

import time
from collections import deque
from datetime import timedelta
from functools import partial
from statistics import median
from uuid import UUID

from pydantic import SecretStr

from bench.measured_servers import Figures, MeasuredServers
from bench.roles import alone
from bench.sizes import Sizes
from intercoop_chassis.clock import system_clock
from intercoop_chassis.postgres import AtHome, Database, Transaction
from intercoop_chassis.postgres.migrate import migrate
from intercoop_contracts.events import Format, PlaceView, Wish
from intercoop_events.main import SERVICE
from intercoop_events.meetings.domain.meeting import Meeting, MeetingDraft
from intercoop_events.meetings.domain.seats import SeatWish
from intercoop_events.meetings.handlers import schedule, seats
from intercoop_events.settings import EventsSettings
from testkit.crowds import crowd
from testkit.ids import new_id

LISTS = (5, 5000)
"""How many are on the list; two of them have a seat and the others wait."""

ORGANISER, GUESTS = "organiser", "guests"
NO_LIMIT = {"limit_seat_requests": 1_000_000, "limit_waiting_guests": 1_000_000}


async def decisions(servers: MeasuredServers, sizes: Sizes) -> Figures:
    """Milliseconds a decision: of two, one queues a guest and one seats the first who waits."""
    name = await servers.new_database()
    dsn = servers.dsn(name)
    await migrate(dsn, SERVICE.migration_sets)
    figures: Figures = {}
    for many in LISTS:
        took = await alone(_decide, dsn, many, sizes.decisions)
        figures[f"seat_decision_ms_{many}"] = took * 1000
    await servers.forget(name)
    return figures


async def _decide(dsn: str, many: int, count: int) -> float:
    """The median of how many seconds a decision takes, its commit included."""
    db = Database(dsn, home=AtHome(ORGANISER, SERVICE.subscribers.home, settings=_settings(dsn)))
    meeting = await db.command(_schedule)
    async with db.transaction() as tx:
        listed = deque(await crowd(str(meeting), GUESTS, 2, many - 2, tx))
    took = []
    for number in range(count):
        wish = _wish(listed) if number % 2 else _withdrawal(listed)
        began = time.perf_counter()
        await db.command(partial(_answer, wish, meeting))
        took.append(time.perf_counter() - began)
    await db.close()
    return median(took)


def _wish(listed: deque[UUID]) -> SeatWish:
    """Somebody more, who waits."""
    listed.append(new_id(GUESTS))
    return SeatWish(listed[-1], GUESTS, new_id(GUESTS), 1, Wish.WANTED)


def _withdrawal(listed: deque[UUID]) -> SeatWish:
    """The one who came first gives a seat back, which goes to the first who waits."""
    return SeatWish(listed.popleft(), GUESTS, new_id(GUESTS), 2, Wish.WITHDRAWN)


async def _answer(wish: SeatWish, meeting: UUID, tx: Transaction) -> None:
    await seats.answer(wish, meeting, tx, now=tx.now)


async def _schedule(tx: Transaction) -> UUID:
    starts = system_clock() + timedelta(days=10)
    place = PlaceView(commune="Toulouse")
    draft = MeetingDraft("Visite", Format.VISIT, place, starts, starts + timedelta(hours=2), 2)
    meeting = await schedule.schedule(draft, tx.new_id(), tx, now=tx.now)
    assert isinstance(meeting, Meeting)
    return meeting.id


def _settings(dsn: str) -> EventsSettings:
    nowhere = {"kafka": "localhost:1"}
    database = SecretStr(dsn)
    return EventsSettings(
        network="bench", owner=ORGANISER, database=database, **nowhere, **NO_LIMIT
    )
