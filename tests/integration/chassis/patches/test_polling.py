"""FastStream's batch subscriber: its polls wait for records alone, and skip and commit none."""

import asyncio
from dataclasses import dataclass, field

import pytest
from aiokafka.errors import ConsumerStoppedError, TopicAuthorizationFailedError
from faststream.kafka import KafkaBroker
from faststream.kafka.message import KafkaAckableMessage
from faststream.kafka.parser import AioKafkaBatchParser
from faststream.kafka.subscriber import usecase
from faststream.kafka.subscriber.usecase import BatchSubscriber

from intercoop_chassis.kafka.patches.polling import (
    PolledMessage,
    PollingSubscriber,
    PollListeners,
    WholePolls,
    listen_to_polls,
)
from intercoop_chassis.kafka.read_denials import ReadDenials
from testkit.brokerless_consumer import record
from testkit.poison import PoisonTarget, good

TARGET = PoisonTarget("test", "maker", "follower")
POLL_MS = 50


class Fetcher:
    def __init__(self):
        self.error_future = asyncio.get_running_loop().create_future()


class Consumer:
    """A consumer whose polls end as they are told, and then it is stopped."""

    def __init__(self, *outcomes):
        self.outcomes = list(outcomes)
        self.commits, self.seeks = 0, []
        self._fetcher = Fetcher()

    async def getmany(self, **_):
        if not self.outcomes:
            raise ConsumerStoppedError
        outcome = self.outcomes.pop(0)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    def assignment(self):
        return set()

    def paused(self):
        return set()

    def pause(self, *_):
        pass

    async def commit(self):
        self.commits += 1

    def seek(self, partition, offset):
        self.seeks.append((partition, offset))


@dataclass
class Heard:
    """What listeners to polls hear."""

    denials: ReadDenials = field(default_factory=lambda: ReadDenials("follower"))
    polls: int = 0
    failures: list = field(default_factory=list)

    def polled(self):
        self.polls += 1

    def failed(self, error, for_good):
        self.failures.append((error, for_good))


@pytest.fixture
def sleeps(monkeypatch):
    """For how long FastStream sleeps."""
    sleeps = []

    async def slept(seconds):
        sleeps.append(seconds)

    monkeypatch.setattr(usecase.anyio, "sleep", slept)
    monkeypatch.setattr(BatchSubscriber, "_log", lambda *_, **__: None)
    return sleeps


@pytest.fixture
def subscriber():
    return KafkaBroker("127.0.0.1:1").subscriber("topic", batch=True, batch_timeout_ms=POLL_MS)


@pytest.fixture
def heard():
    return Heard()


@pytest.fixture
def listening(subscriber, heard):
    listeners = PollListeners(heard.denials, heard.polled, heard.failed)
    return listen_to_polls(subscriber, listeners)


async def test_upstream_sleeps_after_an_empty_poll(subscriber, sleeps):
    assert isinstance(subscriber, BatchSubscriber)
    assert await subscriber.get_msg(Consumer({})) == ()
    assert sleeps == [POLL_MS / 1000]


async def test_ours_waits_in_the_poll_alone(listening, heard, sleeps):
    assert type(listening) is PollingSubscriber
    assert await listening.get_msg(Consumer({})) == ()
    assert (sleeps, heard.polls) == ([], 1)


async def test_upstream_sleeps_for_seconds_after_a_refusal_and_ours_goes_on(
    subscriber, heard, sleeps
):
    refusal = TopicAuthorizationFailedError({"shared.maker.things.v1"})
    subscriber.running = True
    await subscriber._run_consume_loop(Consumer(refusal))
    assert sleeps == [5]

    listeners = PollListeners(heard.denials, heard.polled, heard.failed)
    listening = listen_to_polls(subscriber, listeners)
    await listening._run_consume_loop(Consumer(refusal))
    assert sleeps == [5]
    assert "shared.maker.things.v1" in heard.denials.words


async def test_an_error_that_ends_a_consumer_is_told_and_not_raised(listening, heard):
    fault = AssertionError("in a fetch")
    assert await listening.get_msg(Consumer(fault)) == ()
    assert heard.failures == [(fault, True)]


@pytest.mark.parametrize("value", [None, b"\xff"], ids=["null", "no UTF-8"])
async def test_upstreams_parser_fails_at_a_header_and_ours_hands_the_poll_on(value):
    raw = good(TARGET)
    odd = record(type(raw)(raw.topic, raw.key, raw.value, [*raw.headers, ("odd", value)]))
    with pytest.raises((AttributeError, UnicodeDecodeError)):
        await AioKafkaBatchParser(KafkaAckableMessage, None).parse_batch((odd,))

    parser = WholePolls()
    parser.subscriber = type("Subscriber", (), {"consumer": Consumer()})()
    assert (await parser((odd,))).raw_message == (odd,)


async def test_upstream_commits_a_poll_and_seeks_where_it_failed_and_ours_does_neither():
    polled = (record(good(TARGET)),)
    theirs, ours = Consumer(), Consumer()
    for message, consumer in ((KafkaAckableMessage, theirs), (PolledMessage, ours)):
        await message(raw_message=polled, body=b"", consumer=consumer).ack()
        await message(raw_message=polled, body=b"", consumer=consumer).nack()

    assert (theirs.commits, len(theirs.seeks)) == (1, 1)
    assert (ours.commits, len(ours.seeks)) == (0, 0)
