"""What may not be read waits, and is tried again however seldom anybody polls."""

import pytest
from aiokafka import TopicPartition

from intercoop_chassis.kafka import read_denials
from intercoop_chassis.kafka.read_denials import ReadDenials

THINGS = TopicPartition("shared.maker.things.v1", 0)


class Consumer:
    """What is assigned, and what of it is paused."""

    def __init__(self):
        self.pauses = set()

    def assignment(self):
        return {THINGS}

    def paused(self):
        return self.pauses

    def pause(self, *partitions):
        self.pauses |= set(partitions)

    def resume(self, *partitions):
        self.pauses -= set(partitions)


@pytest.fixture
def clock(monkeypatch):
    """A clock that is set by hand, in seconds."""
    times = [100.0]
    monkeypatch.setattr(read_denials.time, "monotonic", lambda: times[0])
    return times


@pytest.mark.parametrize("silence_s", [6.0, 9.0, 600.0])
def test_it_is_read_again_however_long_nobody_polled(clock, silence_s):
    consumer, waiting = Consumer(), ReadDenials("maker")
    waiting.topics(consumer, {THINGS.topic})
    clock[0] += 1
    waiting.try_again(consumer)
    assert consumer.pauses == {THINGS}

    clock[0] += silence_s
    waiting.try_again(consumer)

    assert not consumer.pauses
    assert THINGS.topic in waiting.words, "its trial has only begun"
    clock[0] += 4
    waiting.try_again(consumer)
    assert waiting.words is None


def test_one_that_is_refused_in_its_trial_waits_again(clock):
    consumer, waiting = Consumer(), ReadDenials("maker")
    waiting.topics(consumer, {THINGS.topic})
    clock[0] += 9
    waiting.try_again(consumer)
    clock[0] += 1
    waiting.topics(consumer, {THINGS.topic})
    clock[0] += 4
    waiting.try_again(consumer)
    assert consumer.pauses == {THINGS}
    assert THINGS.topic in waiting.words
