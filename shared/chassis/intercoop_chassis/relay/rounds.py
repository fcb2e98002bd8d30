"""A relay round: claim, send, and forget what the broker has confirmed."""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import asyncpg
from aiokafka import TopicPartition
from aiokafka.errors import (
    MessageSizeTooLargeError,
    RecordListTooLargeError,
    TopicAuthorizationFailedError,
)

from intercoop_chassis.failpoints import Step, reach
from intercoop_chassis.kafka.reasons import denied_topics
from intercoop_chassis.postgres import bounded_transaction
from intercoop_chassis.relay.batches import Batch, Exit, batches
from intercoop_chassis.relay.keepalive import Connection, awaited_awake
from intercoop_chassis.relay.messages import Message, Messages
from intercoop_chassis.relay.write_denials import Denials

CLAIM = """
WITH claimed AS (
    DELETE FROM outbox
    WHERE seq = ANY (ARRAY(
        SELECT seq FROM outbox
        WHERE refused IS NULL AND topic = ANY ($2::text[])
        ORDER BY seq LIMIT $1
    ))
    RETURNING topic, subject
)
SELECT keys.topic, keys.subject, newest.*
FROM (SELECT DISTINCT topic, subject FROM claimed) AS keys
CROSS JOIN LATERAL (
    SELECT version, event_id, event_type, occurred_at,
           correlation_id, causation_id, traceparent, value
    FROM published
    WHERE published.topic = keys.topic AND published.subject = keys.subject
    LIMIT 1
) AS newest
"""
"""The lateral look-up, limited, is the one plan that does not grow with what was published."""

ARE_DUE = """
SELECT EXISTS (SELECT FROM outbox WHERE refused IS NULL AND topic = ANY ($1::text[]))
"""
"""A round that finds nothing costs a transaction; most of a quiet day's looks find nothing."""

SET_ASIDE = """
UPDATE outbox SET refused = $3 WHERE topic = $1 AND subject = ANY ($2::text[])
"""

HELPING = 1000
_LEAVE_TIMEOUT_S = 15.0
_CONFIRM_TIMEOUT_S = 12.0
_TOO_LARGE = (MessageSizeTooLargeError, RecordListTooLargeError)

Sending: TypeAlias = tuple[Batch, "asyncio.Future[Any]"]  # Any: aiokafka ships no types
"""A batch under way, and its confirmation."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """The broker refuses these subjects, not only now."""

    topic: str
    subjects: tuple[str, ...]
    reason: str


class RefusedError(Exception):
    """A round failed because of rows that cannot be sent as they are; they are set aside.

    The session ends with it: the producer's place in line is lost with what was refused.
    """

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(f"{refusal.topic}: {refusal.reason}")
        self.refusal = refusal


class DeniedError(Exception):
    """A round failed because this service may not write to some topics; nothing is set aside."""

    def __init__(self, topics: frozenset[str]) -> None:
        super().__init__(f"not allowed to write to {', '.join(sorted(topics))}")
        self.topics = topics


class TopicCutError(Exception):
    """Partitions took records before where they ended: they were deleted and made again."""

    def __init__(self, partitions: Iterable[TopicPartition]) -> None:
        self.partitions = frozenset(partitions)
        topics = sorted({one.topic for one in self.partitions})
        super().__init__(f"{', '.join(topics)}: made again, and to be filled again")


class Rounds:
    """Rounds of one relay session: a database connection that holds the lock, and the way out.

    `one_by_one` outlives the session: topics whose batches the broker finds too large. So do
    `denials`: topics that are left out for a while. Pointers at topics that this version of the
    service does not publish wait for one that does.
    """

    def __init__(
        self,
        connection: Connection,
        way_out: Exit,
        messages: Messages,
        one_by_one: set[str],
        denials: Denials,
    ) -> None:
        self._connection = connection
        self._way_out = way_out
        self._messages = messages
        self._one_by_one = one_by_one
        self._denials = denials
        self.ends: dict[TopicPartition, int] = {}
        """Where each partition ends, as far as that is known: what is sent comes behind it."""
        self.marks: dict[TopicPartition, int] = {}
        """How far each partition was filled since this was last emptied."""

    async def are_due(self) -> bool:
        """Whether a round would find any pointer."""
        return bool(await self._connection.fetchval(ARE_DUE, self._open()))

    def _open(self) -> list[str]:
        """Own topics that may be written now."""
        return sorted(self._messages.topics.difference(self._denials.waiting))

    async def run(self, limit: int) -> int:
        """Send at most `limit` pending pointers; returns how many state events were confirmed.

        Raises what the database or the broker raises, `RefusedError`, `DeniedError`,
        `NotFencedError` and `TopicCutError`; nothing is forgotten then, and the session ends.
        """
        try:
            async with bounded_transaction(self._connection):
                sent = await self._claim_and_send(limit)
        except RefusedError as error:
            await self._set_aside(error.refusal)
            raise
        except TopicAuthorizationFailedError as error:
            raise DeniedError(denied_topics(error)) from error
        if sent:
            reach(Step.RELAY_COMMITTED)
            self._one_by_one.clear()
        return sent

    async def _claim_and_send(self, limit: int) -> int:
        """Claim by helpings: PostgreSQL looks for the next while this one is written and sent."""
        sending: list[Sending] = []
        sent, helping = 0, min(limit, HELPING)
        topics = self._open()
        ahead = self._claim(helping, topics)
        try:
            while rows := await ahead:
                reach(Step.RELAY_CLAIMED)
                sent += len(rows)
                more = len(rows) == helping and sent < limit
                ahead = self._claim(helping, topics) if more else _nothing()
                await asyncio.sleep(0)  # the claim leaves before this process is busy writing
                sent_now = self._send([self._messages.read(row) for row in rows])
                if more or sending:  # whose partitions may have to wait for what left before
                    sent_now = awaited_awake(sent_now, self._connection, _LEAVE_TIMEOUT_S, ahead)
                sending += await sent_now
        finally:
            await asyncio.gather(ahead, return_exceptions=True)
        if sending:
            reach(Step.RELAY_SENT)
            await self._confirm(sending)
            reach(Step.RELAY_CONFIRMED)
        return sent

    def _claim(self, most: int, topics: list[str]) -> "asyncio.Future[list[asyncpg.Record]]":
        return asyncio.ensure_future(self._connection.fetch(CLAIM, most, topics))

    async def _send(self, messages: Sequence[Message]) -> list[Sending]:
        return [
            (
                batch,
                await self._way_out.producer.send_batch(
                    batch.builder, batch.topic, partition=batch.partition
                ),
            )
            for batch in await batches(messages, self._way_out, self._one_by_one)
        ]

    async def _confirm(self, sending: Sequence[Sending]) -> None:
        """Wait until the broker has everything. Raises when it did not take it."""
        confirmed = asyncio.gather(*(sent for _, sent in sending), return_exceptions=True)
        outcomes = await awaited_awake(confirmed, self._connection, _CONFIRM_TIMEOUT_S, _nothing())
        failed, cut = [], []
        for (batch, _), outcome in zip(sending, outcomes, strict=True):
            if isinstance(outcome, BaseException):
                failed.append((batch, outcome))
            elif not self._mark(batch, outcome.offset):
                cut.append(TopicPartition(batch.topic, batch.partition))
        if cut:
            raise TopicCutError(cut)
        if failed:
            raise self._judge(failed)

    def _judge(self, failed: Sequence[tuple[Batch, BaseException]]) -> BaseException:
        """What failed first decides: batches behind a refused one fail for their place in line."""
        for batch, error in failed:
            if isinstance(error, TopicAuthorizationFailedError):
                return DeniedError(denied_topics(error))
            if isinstance(error, _TOO_LARGE) and len(batch.subjects) > 1:
                self._one_by_one.add(batch.topic)
                return RefusedError(Refusal(batch.topic, (), "sent again one by one"))
            if isinstance(error, _TOO_LARGE):
                reason = "the broker's limit (message.max.bytes) is below this view's size"
                return RefusedError(Refusal(batch.topic, batch.subjects, reason))
        return failed[0][1]

    def _mark(self, batch: Batch, first_offset: int) -> bool:
        """Note how far its partition is filled; False where that is before where it ended."""
        partition = TopicPartition(batch.topic, batch.partition)
        behind = first_offset + len(batch.subjects)
        if 0 <= first_offset < self.ends.get(partition, 0):
            return False
        self.ends[partition] = behind
        self.marks[partition] = max(self.marks.get(partition, 0), behind)
        return True

    async def _set_aside(self, refusal: Refusal) -> None:
        await self._connection.execute(
            SET_ASIDE, refusal.topic, list(refusal.subjects), refusal.reason
        )


def _nothing() -> "asyncio.Future[list[asyncpg.Record]]":
    nothing = asyncio.get_running_loop().create_future()
    nothing.set_result([])
    return nothing
