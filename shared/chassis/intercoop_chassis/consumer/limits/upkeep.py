"""Upkeep of limits: counts are folded, what is in excess wakes when there is room.

Also an incomplete topic is read again, when its owner has room to park again.
"""

import time
from collections.abc import Iterable
from typing import Final

import structlog

from intercoop_chassis.consumer import offsets
from intercoop_chassis.consumer.limits import usage
from intercoop_chassis.consumer.limits.quotas import Limits, Quotas
from intercoop_chassis.consumer.limits.usage import FOLDED_AT_ONCE
from intercoop_chassis.consumer.parking.parked import wake_excess
from intercoop_chassis.postgres import Database, Transaction

LOOK_S: Final = 60.0
_ROOMY: Final = 8
"""A topic is read again when an eighth of what its owner may park is free."""

WITH_EXCESS: Final = """
SELECT topic FROM (SELECT DISTINCT topic FROM usage) AS known
WHERE EXISTS (SELECT FROM parked WHERE kind = 'excess' AND parked.topic = known.topic)
"""
HAS_RESTED: Final = """
SELECT NOT EXISTS (
    SELECT FROM pipeline_state
    WHERE name = 'resync' AND uuid_extract_timestamp(value::uuid) > now() - interval '10 minutes'
)
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
        while await self._fold() == FOLDED_AT_ONCE:
            pass
        async with self._db.read() as tx:
            self._quotas.replace(await usage.read(tx))
            waiting = [row["topic"] for row in await tx.fetch(WITH_EXCESS)]
            incomplete = self._quotas.incomplete(_ROOMY)
            has_rested = await tx.fetchval(HAS_RESTED)
        if incomplete and has_rested:
            async with self._db.transaction() as tx:
                await read_again(incomplete, tx)
        woken = [await self._wake(topic) for topic in waiting]
        return any(woken)

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
    log.warning("incomplete_topics_read_again", topics=named)


async def begin_quotas(limits: Limits, owner: str, tx: Transaction) -> Quotas:
    """What a session begins with. Where a limit was raised, incomplete topics are read again."""
    known = await usage.read(tx)
    quotas = Quotas(limits, owner, known)
    incomplete = [topic for topic, each in known.items() if each.skipped]
    if await _were_raised(limits, tx) and incomplete:
        await read_again(incomplete, tx)
    return quotas


async def _were_raised(limits: Limits, tx: Transaction) -> bool:
    now = (limits.entities, limits.bytes, limits.parked_bytes)
    text = " ".join(map(str, now))
    before = await tx.fetchval(READ_LIMITS)
    if before == text:
        return False
    await tx.execute(KEEP_LIMITS, text)
    return before is not None and any(
        new > int(old) for new, old in zip(now, before.split(), strict=True)
    )
