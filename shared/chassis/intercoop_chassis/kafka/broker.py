"""The FastStream broker of a service, with the one safe way to subscribe."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeAlias

import structlog
from aiokafka import ConsumerRebalanceListener, ConsumerRecord
from aiokafka.errors import ConsumerStoppedError
from faststream import AckPolicy
from faststream.kafka import KafkaBroker
from faststream.kafka.message import KafkaAckableMessage
from faststream.kafka.subscriber.usecase import BatchSubscriber
from faststream.message import StreamMessage

from intercoop_chassis.kafka.connection import broker_security
from intercoop_chassis.settings import Settings

Records: TypeAlias = tuple["ConsumerRecord[bytes, bytes]", ...]
Handler = Callable[[Records], Awaitable[None]]

log = structlog.get_logger()

MAX_RECORDS = 2000
IDLE_POLL_MS = 20
BUSY_POLL_MS = 2
_BUSY_FOR_S = 1.0
_SESSION_MS = 6000


@dataclass(frozen=True, slots=True)
class SafeSubscription:
    """A group's one subscription: which topics, who handles the batches, who hears of moves."""

    group: str
    pattern: str
    handler: Handler
    listener: ConsumerRebalanceListener


class _Errors:
    """What FastStream logs, from errors up: failed commits above all.

    Below that it says what the worker says better, and warns of what is meant to be.
    """

    def log(self, level: int, message: object, /, **details: object) -> None:
        if level >= logging.ERROR:
            failure = details.get("exc_info")
            log.error("faststream", message=str(message)[:500], exc_info=failure)


def make_broker(settings: Settings) -> KafkaBroker:
    """A broker that only reads; publishing is the relay's."""
    return KafkaBroker(
        settings.kafka,
        security=broker_security(settings),
        consumer_only=True,
        apply_types=False,
        allow_auto_create_topics=False,
        metadata_max_age_ms=5_000,
        request_timeout_ms=10_000,
        logger=_Errors(),
    )


def subscribe(broker: KafkaBroker, subscription: SafeSubscription) -> BatchSubscriber:
    """Subscribe so that nothing is skipped: whole polls, acknowledged after their handler.

    A batch whose handler raises is read again. Headers are left to the handler, because a null or
    binary one would make the default parser skip its record; replies are never written, because a
    header names where they would go.
    """
    parser = _Parser()
    subscriber = broker.subscriber(
        pattern=subscription.pattern,
        group_id=subscription.group,
        batch=True,
        max_records=MAX_RECORDS,
        batch_timeout_ms=IDLE_POLL_MS,
        auto_offset_reset="earliest",
        ack_policy=AckPolicy.NACK_ON_ERROR,
        isolation_level="read_committed",
        listener=subscription.listener,
        session_timeout_ms=_SESSION_MS,
        heartbeat_interval_ms=_SESSION_MS // 3,
        rebalance_timeout_ms=_SESSION_MS,
        max_partition_fetch_bytes=4 * 1024 * 1024,
        no_reply=True,
        parser=parser,
        decoder=_whole,
    )
    parser.subscriber = subscriber
    subscriber(_paced(subscription.handler, subscriber))
    return subscriber


def _paced(handler: Handler, subscriber: BatchSubscriber) -> Handler:
    """Poll faster for a second after each batch: FastStream sleeps as long as an empty poll."""
    resting: asyncio.TimerHandle | None = None

    def rest() -> None:
        subscriber.batch_timeout_ms = IDLE_POLL_MS

    async def handle(records: Records) -> None:
        nonlocal resting
        if resting:
            resting.cancel()
        subscriber.batch_timeout_ms = BUSY_POLL_MS
        resting = asyncio.get_running_loop().call_later(_BUSY_FOR_S, rest)
        await handler(records)

    return handle


class _Parser:
    """Hands a poll on as it came. Total: no record can make it raise."""

    def __init__(self) -> None:
        self.subscriber: BatchSubscriber | None = None

    async def __call__(self, records: Records) -> StreamMessage[Records]:
        consumer = self.subscriber.consumer if self.subscriber else None
        if consumer is None:
            raise ConsumerStoppedError
        return KafkaAckableMessage(raw_message=records, body=b"", consumer=consumer)


async def _whole(message: StreamMessage[Records]) -> Records:
    return message.raw_message
