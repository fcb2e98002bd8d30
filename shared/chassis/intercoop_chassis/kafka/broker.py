"""The FastStream broker of a service, with the one safe way to subscribe."""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import structlog
from aiokafka import ConsumerRebalanceListener
from faststream import AckPolicy
from faststream.kafka import KafkaBroker

from intercoop_chassis.kafka.connection import broker_security
from intercoop_chassis.kafka.patches.polling import (
    PollingSubscriber,
    PollListeners,
    WholePolls,
    listen_to_polls,
    whole_poll,
)
from intercoop_chassis.kafka.records import KafkaRecords
from intercoop_chassis.settings import Settings

Handler = Callable[[KafkaRecords], Awaitable[None]]

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
"""How long a worker that stops waits for the batch under way: part of what stopping may take."""


@dataclass(frozen=True, slots=True)
class SafeSubscription:
    """A group's one subscription: which topics, and who hears of batches, rebalances and polls."""

    group: str
    pattern: str
    handler: Handler
    rebalances: ConsumerRebalanceListener
    polls: PollListeners


class _Errors:
    """A logger that takes what FastStream logs, from errors up.

    Below that the worker logs the same in better words, and FastStream warns of settings that are
    meant so.
    """

    def log(self, level: int, message: object, /, **details: object) -> None:
        if level >= logging.ERROR:
            failure = details.get("exc_info")
            log.error("faststream", message=str(message)[:500], exc_info=failure)


def make_broker(settings: Settings) -> KafkaBroker:
    """A broker that only reads; publishing is the relay's."""
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


def subscribe(broker: KafkaBroker, subscription: SafeSubscription) -> PollingSubscriber:
    """Subscribe so that nothing is skipped: whole polls, acknowledged after their handler.

    A handler that raises sees to it itself that its batch is read again. Headers are left to it
    too, because a null or binary one would make the default parser skip its record; replies are
    never written, because a header names where they would go.
    """
    parser = WholePolls()
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
        listener=subscription.rebalances,
        session_timeout_ms=_SESSION_MS,
        heartbeat_interval_ms=_SESSION_MS // 3,
        rebalance_timeout_ms=_SESSION_MS,
        max_partition_fetch_bytes=4 * 1024 * 1024,
        no_reply=True,
        parser=parser,
        decoder=whole_poll,
    )
    polling = listen_to_polls(subscriber, subscription.polls)
    parser.subscriber = polling
    polling(subscription.handler)
    return polling
