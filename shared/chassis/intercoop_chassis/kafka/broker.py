"""The FastStream broker of a service, with the one safe way to subscribe."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from itertools import chain
from typing import TypeAlias

import structlog
from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener, ConsumerRecord
from aiokafka.errors import (
    ConsumerStoppedError,
    GroupAuthorizationFailedError,
    KafkaError,
    TopicAuthorizationFailedError,
)
from faststream import AckPolicy
from faststream.kafka import KafkaBroker
from faststream.kafka.message import KafkaAckableMessage, KafkaMessage
from faststream.kafka.subscriber.usecase import BatchSubscriber
from faststream.message import StreamMessage

from intercoop_chassis.kafka.connection import broker_security
from intercoop_chassis.kafka.denied import Denied
from intercoop_chassis.kafka.lenient import read_leniently
from intercoop_chassis.kafka.reasons import denied_topics
from intercoop_chassis.settings import Settings

Record: TypeAlias = "ConsumerRecord[bytes, bytes]"
Records: TypeAlias = tuple[Record, ...]
Handler = Callable[[Records], Awaitable[None]]
Polled = Callable[[], None]
Failed = Callable[[Exception, bool], None]

log = structlog.get_logger()

MAX_RECORDS = 2000
POLL_MS = 1000
"""How long a poll waits for something to come; it returns as soon as something does."""

_FETCH_WAIT_MS = 1500
"""How long the broker holds a fetch that finds nothing: an idle process asks that seldom."""

_METADATA_MS = 5000
"""How often topics are looked for that the pattern is about and nobody knew of."""

_SESSION_MS = 6000
_LAST_BATCH_S = 5.0
"""How long who stops waits for the batch under way: less than what is allowed for all of it."""

_TOO_SOON_S = 0.002
_BREATH_S = 0.02
_REPLACED_WITHIN_S = 1.0


@dataclass(frozen=True, slots=True)
class SafeSubscription:
    """A group's one subscription: which topics, who handles the batches, who hears of moves.

    `denied` keeps what the broker does not allow; `polled` hears of each poll at the moment it
    returns, before its handler; `failed` of one that failed, which may have gone past records, and
    whether the consumer has to be replaced.
    """

    group: str
    pattern: str
    handler: Handler
    listener: ConsumerRebalanceListener
    denied: Denied
    polled: Polled
    failed: Failed


class _Errors:
    """What FastStream logs, from errors up.

    Below that it says what the worker says better, and warns of what is meant to be.
    """

    def log(self, level: int, message: object, /, **details: object) -> None:
        if level >= logging.ERROR:
            failure = details.get("exc_info")
            log.error("faststream", message=str(message)[:500], exc_info=failure)


def make_broker(settings: Settings) -> KafkaBroker:
    """A broker that only reads; publishing is the relay's."""
    read_leniently()
    return KafkaBroker(
        [server.strip() for server in settings.kafka.split(",")],
        security=broker_security(settings),
        consumer_only=True,
        apply_types=False,
        allow_auto_create_topics=False,
        metadata_max_age_ms=_METADATA_MS,
        request_timeout_ms=10_000,
        graceful_timeout=_LAST_BATCH_S,
        logger=_Errors(),
    )


def subscribe(broker: KafkaBroker, subscription: SafeSubscription) -> BatchSubscriber:
    """Subscribe so that nothing is skipped: whole polls, acknowledged after their handler.

    A handler that raises sees to it itself that its batch is read again. Headers are left to it
    too, because a null or binary one would make the default parser skip its record; replies are
    never written, because a header names where they would go.
    """
    parser = _Parser()
    subscriber = broker.subscriber(
        pattern=subscription.pattern,
        group_id=subscription.group,
        batch=True,
        max_records=MAX_RECORDS,
        batch_timeout_ms=POLL_MS,
        auto_offset_reset="earliest",
        ack_policy=AckPolicy.NACK_ON_ERROR,
        isolation_level="read_committed",
        fetch_max_wait_ms=_FETCH_WAIT_MS,
        listener=subscription.listener,
        session_timeout_ms=_SESSION_MS,
        heartbeat_interval_ms=_SESSION_MS // 3,
        rebalance_timeout_ms=_SESSION_MS,
        max_partition_fetch_bytes=4 * 1024 * 1024,
        no_reply=True,
        parser=parser,
        decoder=_whole,
    )
    subscriber.__class__ = _AwakeSubscriber
    if isinstance(subscriber, _AwakeSubscriber):
        subscriber.denied = subscription.denied
        subscriber.polled = subscription.polled
        subscriber.failed = subscription.failed
    parser.subscriber = subscriber
    subscriber(subscription.handler)
    return subscriber


class _AwakeSubscriber(BatchSubscriber):
    """Waits for records in the poll alone.

    FastStream's sleeps as long again after an empty poll, deaf to what comes meanwhile: short polls
    cost an idle process its rest, long ones cost the first record its freshness. And what may not
    be read would stop everything else for five seconds, each time it is tried.

    A fault that aiokafka did not expect ends its consumer's membership for good, and each poll
    raises it again: such a consumer is replaced.
    """

    denied: Denied
    polled: Polled
    failed: Failed

    async def get_msg(self, consumer: AIOKafkaConsumer) -> Records:
        self.denied.try_again(consumer)
        try:
            return await self._poll(consumer)
        except TopicAuthorizationFailedError as error:
            self.denied.topics(consumer, denied_topics(error))
        except GroupAuthorizationFailedError:
            await self.denied.group()
        except ConsumerStoppedError:
            raise
        except Exception as error:
            for_good = not isinstance(error, KafkaError) or type(error) is KafkaError
            self.failed(error, for_good)
            if not for_good:
                raise
            await asyncio.sleep(_REPLACED_WITHIN_S)
        return ()

    async def _poll(self, consumer: AIOKafkaConsumer) -> Records:
        began = time.monotonic()
        fetching = consumer._fetcher.error_future  # noqa: SLF001  a poll never looks at it
        if fetching.done() and not fetching.cancelled() and fetching.exception():
            fetching.result()
        found = await consumer.getmany(
            timeout_ms=self.batch_timeout_ms, max_records=self.max_records
        )
        self.polled()
        if not found and time.monotonic() - began < _TOO_SOON_S:
            await asyncio.sleep(_BREATH_S)  # it is closing
        return tuple(chain(*found.values()))


class _Parser:
    """Hands a poll on as it came. Total: no record can make it raise."""

    def __init__(self) -> None:
        self.subscriber: BatchSubscriber | None = None

    async def __call__(self, records: Records) -> StreamMessage[Records]:
        consumer = self.subscriber.consumer if self.subscriber else None
        if consumer is None:
            raise ConsumerStoppedError
        return _Poll(raw_message=records, body=b"", consumer=consumer)


class _Poll(KafkaAckableMessage):
    """The broker need not hear of each success, and nothing moves where the handler reads.

    FastStream's would wait for the broker to note every assigned partition, poll by poll, and go
    back to where a batch began that failed, also when the handler has gone elsewhere meanwhile.
    """

    async def ack(self) -> None:
        await KafkaMessage.ack(self)

    async def nack(self) -> None:
        await KafkaMessage.nack(self)


async def _whole(message: StreamMessage[Records]) -> Records:
    return message.raw_message
