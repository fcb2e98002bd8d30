"""Parked changes, as their operators find, retry and discard them; every act leaves a row."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Final, NamedTuple, Self

from pydantic import Field

from intercoop_chassis.consumer.parking.parked import DUE_NOW, clear_parked
from intercoop_chassis.errors import NotFoundError
from intercoop_chassis.postgres import Row, Transaction
from intercoop_chassis.wire.obstacle import ObstacleKind
from intercoop_contracts.bounds import Moment
from intercoop_contracts.streams import owner_of, stream_of

FIND: Final = """
SELECT topic, subject, version, kind, reason, error_text, waits_for, parked_at, attempts,
       NULLIF(next_try_at, 'infinity') AS next_try_at, headers, value, is_news
FROM parked WHERE topic = $1 AND subject = $2
"""
LIST: Final = """
SELECT topic, subject, version, kind, reason, error_text, waits_for, parked_at, attempts,
       NULLIF(next_try_at, 'infinity') AS next_try_at, headers, value, is_news
FROM parked
WHERE ($1::timestamptz IS NULL OR (parked_at, topic, subject) > ($1, $2, $3))
  AND ($4::text IS NULL OR topic = $4)
ORDER BY parked_at, topic, subject LIMIT $5
"""
LOCK: Final = "SELECT FROM replica WHERE topic = $1 AND subject = $2 FOR UPDATE"
RETRY: Final = "UPDATE parked SET next_try_at = now() WHERE topic = $1 AND subject = $2"
NOTE: Final = """
INSERT INTO parked_audit (who, what, topic, subject, version, reason)
VALUES ($1, $2, $3, $4, $5, $6)
"""
AUDIT: Final = """
SELECT seq, at, who, what, topic, subject, version, reason FROM parked_audit
WHERE $1::bigint IS NULL OR seq < $1 ORDER BY seq DESC LIMIT $2
"""


class Act(StrEnum):
    """What an operator did."""

    RETRIED = "retried"
    DISCARDED = "discarded"
    UNMASKED = "unmasked"


class ParkedPosition(NamedTuple):
    """Where a parked change stands in the list: the oldest first."""

    parked_at: Moment
    topic: str
    subject: str


class AuditPosition(NamedTuple):
    """Where an operator's act stands in the list, the newest first."""

    seq: Annotated[int, Field(ge=0, lt=2**63)]


@dataclass(frozen=True, slots=True)
class Waiting:
    """A parked change: whose, which version, why it waits, and the message as it came.

    `reason` quotes no value; `error_text`, what an error says besides, may be personal.
    """

    topic: str
    subject: str
    version: int
    kind: ObstacleKind
    reason: str
    error_text: str | None
    waits_for: str | None
    parked_at: datetime
    attempts: int
    next_try_at: datetime | None
    """None for what waits for room, and for no time."""
    headers: bytes
    value: bytes
    is_news: bool

    @classmethod
    def of(cls, row: Row) -> Self:
        return cls(**{**row, "kind": _known_kind(row["kind"])})

    @property
    def owner(self) -> str:
        """Whose change it is."""
        return owner_of(self.topic)

    @property
    def stream(self) -> str:
        """The stream's id, such as `shared.meetings.v1`; the topic where that is of no stream."""
        return stream_of(self.topic)

    @property
    def whole_reason(self) -> str:
        """The reason with what an error says: for whoever unmasks it."""
        return self.reason if self.error_text is None else f"{self.reason}: {self.error_text}"

    @property
    def position(self) -> ParkedPosition:
        return ParkedPosition(self.parked_at, self.topic, self.subject)


def _known_kind(kind: str) -> ObstacleKind:
    """A later version of the software may have parked it, for a reason that this one has not."""
    try:
        return ObstacleKind(kind)
    except ValueError:
        return ObstacleKind.SUBSCRIBER_FAILED


@dataclass(frozen=True, slots=True)
class Audited:
    """Who did what with which parked change, when, and why."""

    seq: int
    at: datetime
    who: str
    what: Act
    topic: str
    subject: str
    version: int
    reason: str


async def list_parked(
    after: ParkedPosition | None, limit: int, tx: Transaction, *, topic: str | None = None
) -> Sequence[Waiting]:
    """Parked changes, those that wait longest first; of one `topic` or of all."""
    place = after or (None, None, None)
    return [Waiting.of(row) for row in await tx.fetch(LIST, *place, topic, limit)]


async def find_parked(topic: str, subject: str, tx: Transaction) -> Waiting:
    """One of them. Raises `NotFoundError`."""
    row = await tx.fetchrow(FIND, topic, subject)
    if row is None:
        raise NotFoundError(
            "Nothing of this topic and subject is parked: it may have healed. List what is"
        )
    return Waiting.of(row)


async def retry(topic: str, subject: str, who: str, tx: Transaction) -> Waiting:
    """Let a parked change be tried within seconds. Raises `NotFoundError`."""
    waiting = await _locked(topic, subject, tx)
    await tx.execute(RETRY, topic, subject)
    tx.signal(DUE_NOW)
    await _note(waiting, Act.RETRIED, who, waiting.reason, tx)
    return waiting


async def discard(topic: str, subject: str, reason: str, who: str, tx: Transaction) -> Waiting:
    """Give this version up for good; what its owner publishes next is applied as ever.

    The version stays known: it is not taken when it comes again. Raises `NotFoundError`.
    """
    waiting = await _locked(topic, subject, tx)
    await clear_parked([(topic, subject)], tx)
    await _note(waiting, Act.DISCARDED, who, reason, tx)
    return waiting


async def unmask(topic: str, subject: str, who: str, tx: Transaction) -> Waiting:
    """The same as `find_parked`, and a row that says who looked at all of it."""
    waiting = await _locked(topic, subject, tx)
    await _note(waiting, Act.UNMASKED, who, waiting.reason, tx)
    return waiting


async def list_audit(after: AuditPosition | None, limit: int, tx: Transaction) -> Sequence[Audited]:
    """What operators did, the newest first."""
    rows = await tx.fetch(AUDIT, after.seq if after else None, limit)
    return [Audited(**{**row, "what": Act(row["what"])}) for row in rows]


async def _locked(topic: str, subject: str, tx: Transaction) -> Waiting:
    """Under the lock that a worker takes, so that a retry under way ends first."""
    await tx.fetchrow(LOCK, topic, subject)
    return await find_parked(topic, subject, tx)


async def _note(waiting: Waiting, act: Act, who: str, reason: str, tx: Transaction) -> None:
    await tx.execute(NOTE, who, act.value, waiting.topic, waiting.subject, waiting.version, reason)
