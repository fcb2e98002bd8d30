"""Upkeep of limits: counts are folded, what is in excess wakes when there is room.

Also an incomplete topic is read again, when its owner has room to park again.
"""

import time
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Final

import structlog

from intercoop_chassis.consumer import offsets
from intercoop_chassis.consumer.limits import usage
from intercoop_chassis.consumer.limits.quotas import Limits, Quotas
from intercoop_chassis.consumer.limits.usage import FOLDED_AT_ONCE
from intercoop_chassis.consumer.parking.parked import topics_with_excess, wake_excess
from intercoop_chassis.postgres import Database, Transaction

LOOK_S: Final = 60.0
_A_DAY: Final = timedelta(days=1)
_ROOMY: Final = 8
"""A topic is read again when an eighth of what its owner may park is free."""

RESTED: Final = """
SELECT topic FROM unnest($1::text[]) AS asked (topic)
WHERE NOT EXISTS (
    SELECT FROM pipeline_state WHERE name = 'read-again ' || topic AND value > $2
)
"""
KEEP_READ_AGAIN: Final = """
INSERT INTO pipeline_state (name, value)
SELECT 'read-again ' || topic, $2 FROM unnest($1::text[]) AS asked (topic) ORDER BY topic
ON CONFLICT (name) DO UPDATE SET value = EXCLUDED.value
"""
CLAIM_RECOUNT: Final = """
INSERT INTO pipeline_state (name, value) VALUES ('recounted', $1)
ON CONFLICT (name) DO UPDATE SET value = EXCLUDED.value WHERE pipeline_state.value <= $2
RETURNING old.value
"""
READ_LIMITS: Final = "SELECT value FROM pipeline_state WHERE name = 'limits'"
KEEP_LIMITS: Final = """
INSERT INTO pipeline_state (name, value) VALUES ('limits', $1)
ON CONFLICT (name) DO UPDATE SET value = EXCLUDED.value
"""
FORGET_SKIPPED: Final = """
UPDATE usage SET skipped = 0, since = NULL WHERE topic = ANY ($1::text[]) AND skipped <> 0
"""

log = structlog.get_logger()


class Upkeep:
    """Looks after what limits leave behind, once a minute, and more often while there is room."""

    def __init__(self, db: Database, quotas: Quotas) -> None:
        self._db = db
        self._quotas = quotas
        self._next_look = 0.0

    @property
    def is_due(self) -> bool:
        return time.monotonic() >= self._next_look

    async def look_in_time(self) -> bool:
        """Look, if it is time to; returns whether excess was woken: then it is time again."""
        if not self.is_due:
            return False
        self._next_look = time.monotonic() + LOOK_S
        woken = await self.look()
        if woken:
            self._next_look = 0.0
        return woken

    async def look(self) -> bool:
        """Look now; returns whether excess was woken."""
        await self._recount_daily()
        while await self._fold() == FOLDED_AT_ONCE:
            pass
        async with self._db.read() as tx:
            self._quotas.replace(await usage.read(tx))
            waiting = await topics_with_excess(tx)
            rested = await _rested(self._quotas.incomplete(_ROOMY), tx)
        if rested:
            async with self._db.transaction() as tx:
                await _read_again_daily(rested, tx)
        woken = [await self._wake(topic) for topic in waiting]
        return any(woken)

    async def _recount_daily(self) -> None:
        """Mend what versions of the software that count otherwise have left, for all processes."""
        async with self._db.transaction() as tx:
            before = await tx.fetchval(CLAIM_RECOUNT, _moment(), _moment(_A_DAY))
            if before is not None:
                await tx.take_your_time()
                log.info("usage_recounted", wrong_topics=await usage.recount(tx))

    async def _fold(self) -> int:
        async with self._db.transaction() as tx:
            return await usage.fold(tx)

    async def _wake(self, topic: str) -> bool:
        room = self._quotas.room_in(topic)
        if not room:
            return False
        async with self._db.transaction() as tx:
            woken = await wake_excess(topic, room, tx)
        if woken:
            log.info("excess_woken", topic=topic, changes=woken)
        return woken > 0


async def read_again(topics: Iterable[str], tx: Transaction) -> None:
    """Have incomplete topics read again from their beginning."""
    named = sorted(topics)
    await offsets.read_again(named, tx)
    await tx.execute(FORGET_SKIPPED, named)
    await tx.execute(KEEP_READ_AGAIN, named, _moment())
    log.warning("incomplete_topics_read_again", topics=named)


async def _read_again_daily(topics: Sequence[str], tx: Transaction) -> None:
    """Where no other process has them read again meanwhile."""
    await offsets.stand_alone(tx)
    rested = await _rested(topics, tx)
    if rested:
        await read_again(rested, tx)


async def _rested(topics: Sequence[str], tx: Transaction) -> list[str]:
    """Those that were not read again for a day."""
    if not topics:
        return []
    return [row["topic"] for row in await tx.fetch(RESTED, topics, _moment(_A_DAY))]


def _moment(ago: timedelta = timedelta()) -> str:
    """A moment as `pipeline_state` keeps it; later ones sort behind."""
    return (datetime.now(UTC) - ago).isoformat(timespec="microseconds")


async def begin_quotas(limits: Limits, owner: str, tx: Transaction) -> Quotas:
    """What a session begins with. Where a limit was raised, incomplete topics are read again.

    In a transaction of its own: workers store no offsets until it ends.
    """
    known = await usage.read(tx)
    quotas = Quotas(limits, owner, known)
    incomplete = [topic for topic, each in known.items() if each.skipped]
    if await _were_raised(limits, tx) and incomplete:
        await read_again(incomplete, tx)
    return quotas


async def _were_raised(limits: Limits, tx: Transaction) -> bool:
    text = " ".join(f"{name}={value}" for name, value in asdict(limits).items())
    before = await tx.fetchval(READ_LIMITS)
    if before == text:
        return False
    await tx.execute(KEEP_LIMITS, text)
    known, now = _limits_in(before or ""), _limits_in(text)
    return any(now[name] > known[name] for name in now.keys() & known.keys())


def _limits_in(text: str) -> dict[str, int]:
    """Limits by name, as they are kept; of another version, whatever can be read of them."""
    pairs = (each.partition("=") for each in text.split())
    return {name: int(value) for name, _, value in pairs if value.isdecimal()}
