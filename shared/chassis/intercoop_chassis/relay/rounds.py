"""A relay round: claim, send, and forget what the broker has confirmed."""

import asyncio
from collections.abc import Sequence
from typing import Any, TypeAlias

from aiokafka import TopicPartition
from aiokafka.errors import TopicAuthorizationFailedError

from intercoop_chassis.failpoints import Step, reach
from intercoop_chassis.kafka.patches.denied_topics import denied_topics
from intercoop_chassis.postgres import Connection, bounded_transaction
from intercoop_chassis.relay import outbox
from intercoop_chassis.relay.batches import Batch, batches
from intercoop_chassis.relay.delivery_errors import (
    DeniedError,
    RefusedError,
    TopicCutError,
    why_not_delivered,
)
from intercoop_chassis.relay.fence import Fenced
from intercoop_chassis.relay.keepalive import await_kept_alive
from intercoop_chassis.relay.messages import Message, Messages
from intercoop_chassis.relay.write_denials import WriteDenials

CLAIM_AT_ONCE = 1000
_LEAVE_TIMEOUT_S = 15.0
_CONFIRM_TIMEOUT_S = 12.0

Sending: TypeAlias = tuple[Batch, "asyncio.Future[Any]"]  # Any: aiokafka ships no types
"""A batch under way, and its confirmation."""


class Rounds:
    """Rounds of one relay session: a database connection that holds the lock, and a producer.

    `one_by_one` outlives the session: topics whose batches the broker finds too large. So do
    `denials`: topics that are left out for a while. Pointers at topics that this version of the
    service does not publish wait for one that does.
    """

    def __init__(
        self,
        connection: Connection,
        fenced: Fenced,
        messages: Messages,
        one_by_one: set[str],
        denials: WriteDenials,
    ) -> None:
        self._connection = connection
        self._fenced = fenced
        self._messages = messages
        self._one_by_one = one_by_one
        self._denials = denials
        self.end_offsets: dict[TopicPartition, int] = {}
        """Where each partition ends, as far as that is known: what is sent comes behind it."""
        self.watermarks: dict[TopicPartition, int] = {}
        """How far each partition was filled since this was last emptied."""

    async def are_due(self) -> bool:
        """Whether a round would find any pointer."""
        return await outbox.are_due(self._writable(), self._connection)

    def _writable(self) -> list[str]:
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
            await outbox.set_aside(error.refused, self._connection)
            raise
        except TopicAuthorizationFailedError as error:
            raise DeniedError(denied_topics(error)) from error
        if sent:
            reach(Step.RELAY_COMMITTED)
            self._one_by_one.clear()
        return sent

    async def _claim_and_send(self, limit: int) -> int:
        """Pipelined: PostgreSQL looks for the next rows while these are written and sent."""
        sending: list[Sending] = []
        sent, at_once = 0, min(limit, CLAIM_AT_ONCE)
        topics = self._writable()
        next_claim = self._claim(at_once, topics)
        try:
            while rows := await next_claim:
                reach(Step.RELAY_CLAIMED)
                sent += len(rows)
                more = len(rows) == at_once and sent < limit
                next_claim = self._claim(at_once, topics) if more else outbox.no_claim()
                await asyncio.sleep(0)  # the claim leaves before this process is busy writing
                leaving = self._send([self._messages.read(row) for row in rows])
                if more or sending:  # whose partitions may have to wait for what left before
                    leaving = await_kept_alive(
                        leaving, self._connection, _LEAVE_TIMEOUT_S, next_claim
                    )
                sending += await leaving
        finally:
            await asyncio.gather(next_claim, return_exceptions=True)
        if sending:
            reach(Step.RELAY_SENT)
            await self._confirm(sending)
            reach(Step.RELAY_CONFIRMED)
        return sent

    def _claim(self, limit: int, topics: Sequence[str]) -> outbox.Claim:
        return outbox.claim(limit, topics, self._connection)

    async def _send(self, messages: Sequence[Message]) -> list[Sending]:
        return [
            (
                batch,
                await self._fenced.producer.send_batch(
                    batch.builder, batch.topic, partition=batch.partition
                ),
            )
            for batch in await batches(messages, self._fenced, self._one_by_one)
        ]

    async def _confirm(self, sending: Sequence[Sending]) -> None:
        """Wait until the broker has everything. Raises when it did not take it."""
        confirmed = asyncio.gather(*(sent for _, sent in sending), return_exceptions=True)
        outcomes = await await_kept_alive(
            confirmed, self._connection, _CONFIRM_TIMEOUT_S, outbox.no_claim()
        )
        failed, cut = [], []
        for (batch, _), outcome in zip(sending, outcomes, strict=True):
            if isinstance(outcome, BaseException):
                failed.append((batch, outcome))
            elif not self._follows_on(batch, outcome.offset):
                cut.append(TopicPartition(batch.topic, batch.partition))
        if cut:
            raise TopicCutError(cut)
        if failed:
            raise why_not_delivered(failed, self._one_by_one)

    def _follows_on(self, batch: Batch, first_offset: int) -> bool:
        """Raise the partition's watermark; False where it took the batch below its end offset."""
        partition = TopicPartition(batch.topic, batch.partition)
        end_offset = first_offset + len(batch.subjects)
        if 0 <= first_offset < self.end_offsets.get(partition, 0):
            return False
        self.end_offsets[partition] = end_offset
        self.watermarks[partition] = max(self.watermarks.get(partition, 0), end_offset)
        return True
