"""Publishing: the newest state of this owner's entities, and pointers to what must be sent."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from uuid import UUID

import asyncpg
from pydantic_core import to_json
from uuid_utils.compat import uuid7

from intercoop_chassis.errors import ErasedEntityError, PayloadTooLargeError
from intercoop_chassis.tracing import current_cause, current_correlation, current_traceparent
from intercoop_contracts.streams import Ended, View

if TYPE_CHECKING:
    from intercoop_chassis.postgres.transaction import Transaction

MAX_VALUE_BYTES: Final = 599_999
"""Sealing adds a third, and a broker takes 1 MB: nothing unsendable is ever committed."""

WRITE = """
WITH changed AS (
    INSERT INTO published
        (topic, subject, version, event_id, event_type, occurred_at,
         correlation_id, causation_id, traceparent, value, erased)
    SELECT topic, subject, 1, event_id, event_type, $6, $7, $8, $9, value, erased
    FROM unnest($1::text[], $2::text[], $3::uuid[], $4::text[], $5::text[], $10::boolean[])
        AS new (topic, subject, event_id, event_type, value, erased)
    ORDER BY topic, subject
    ON CONFLICT (topic, subject) DO UPDATE SET
        version = published.version + 1,
        event_id = EXCLUDED.event_id,
        event_type = EXCLUDED.event_type,
        occurred_at = EXCLUDED.occurred_at,
        correlation_id = EXCLUDED.correlation_id,
        causation_id = EXCLUDED.causation_id,
        traceparent = EXCLUDED.traceparent,
        value = EXCLUDED.value,
        erased = published.erased OR EXCLUDED.erased
    WHERE published.value <> EXCLUDED.value
    RETURNING topic, subject
)
INSERT INTO outbox (topic, subject) SELECT topic, subject FROM changed
"""

REPUBLISH = "INSERT INTO outbox (topic, subject) SELECT topic, subject FROM published"
FORGET_REFUSALS = "DELETE FROM outbox WHERE refused IS NOT NULL"


@dataclass(frozen=True, slots=True)
class Publication:
    """One entity's new state, ready to be written."""

    event_id: UUID
    event_type: str
    value: str
    erased: bool


class Publications:
    """What a transaction has published so far: the last state of each (topic, subject)."""

    def __init__(self) -> None:
        self._pending: dict[tuple[str, str], Publication] = {}

    def add(self, topic: str, subject: str, view: View | Ended, event_type: str) -> None:
        value = to_json(view)
        if len(value) > MAX_VALUE_BYTES:
            raise PayloadTooLargeError(
                f"{topic} {subject}: the view has {len(value)} bytes and a message takes "
                f"{MAX_VALUE_BYTES}; shorten its texts"
            )
        erased = isinstance(view, Ended) and view.ended.erased
        self._pending[topic, subject] = Publication(uuid7(), event_type, value.decode(), erased)

    async def write(self, tx: "Transaction") -> int:
        """Write and forget what is pending; returns how many entities really changed."""
        if not self._pending:
            return 0
        keys, rows = list(self._pending), list(self._pending.values())
        self._pending = {}
        try:
            tag = await tx.execute(
                WRITE,
                [topic for topic, _ in keys],
                [subject for _, subject in keys],
                [row.event_id for row in rows],
                [row.event_type for row in rows],
                [row.value for row in rows],
                tx.now,
                current_correlation(),
                current_cause(),
                current_traceparent(),
                [row.erased for row in rows],
            )
        except asyncpg.CheckViolationError as error:
            if error.constraint_name != "erased_stays_erased":
                raise
            raise ErasedEntityError(
                "This entity was erased and stays erased: register a new one"
            ) from error
        return int(tag.rpartition(" ")[2])


async def republish(tx: "Transaction") -> int:
    """Point the relay at everything ever published: same versions, same times.

    For a broker that lost its data. Followers ignore what they know. Returns how many entities.
    """
    await tx.execute(FORGET_REFUSALS)
    tag = await tx.execute(REPUBLISH)
    return int(tag.rpartition(" ")[2])
