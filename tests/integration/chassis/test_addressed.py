"""What is addressed to other owners is neither kept nor counted, unless it was addressed here once."""

from dataclasses import replace

import pytest

from intercoop_chassis.consumer.limits.quotas import Limits
from intercoop_chassis.subscribers import Subscribers
from intercoop_contracts.streams import End, Ended
from testkit.poison import good
from testkit.statements import counted
from testkit.things.records import MAKER
from testkit.things.service import things_service
from testkit.things.streams import THINGS, ThingView

FEW = Limits(entities=10, bytes=2**30, parked_bytes=2**30)
ENDED = Ended(ended=End(reason="gone")).model_dump_json().encode()
KNOWN = "SELECT subject, applied FROM replica ORDER BY subject"


def addressed_by(view):
    return view.name


@pytest.fixture
def heard():
    return []


@pytest.fixture
def new_consumer(open_consumer, heard):
    async def hear(told, _tx):
        heard.append(told.subject)

    def make(*, looked_up=False):
        subscribers = Subscribers()
        subscribers.told(THINGS, to=addressed_by)(hear)
        if looked_up:
            subscribers.read(THINGS)
        service = replace(things_service(), subscribers=Subscribers.together(subscribers))
        return open_consumer(service, FEW)

    return make


def said_to(addressee, numbers, *, version=1):
    value = ThingView(name=addressee).model_dump_json().encode()
    return [good(MAKER, subject=f"t{n:03}", version=version).valued(value) for n in numbers]


async def test_what_is_addressed_to_others_is_neither_kept_nor_counted(new_consumer, heard):
    consumer = await new_consumer()

    await consumer.receive(*said_to("another", range(30)), *said_to("follower", range(30, 40)))

    assert len(heard) == 10
    assert len(await consumer.fetch(KNOWN)) == 10
    assert await consumer.fetch("SELECT sum(living)::int AS n FROM usage") == [{"n": 10}]
    assert await consumer.fetch("SELECT FROM parked") == []
    assert await consumer.offset(THINGS.topic("maker")) == 40


async def test_an_end_of_what_was_never_addressed_here_is_not_kept_and_of_what_was_applies(
    new_consumer,
):
    consumer = await new_consumer()
    await consumer.receive(*said_to("follower", [1]))

    ends = [good(MAKER, subject=f"t{n:03}", version=2).valued(ENDED) for n in (1, 2)]
    await consumer.receive(*ends)

    assert await consumer.fetch(KNOWN) == [{"subject": "t001", "applied": 2}]


async def test_what_was_addressed_here_and_is_addressed_to_another_now_applies(new_consumer):
    consumer = await new_consumer()
    await consumer.receive(*said_to("follower", [1]))

    await consumer.receive(*said_to("another", [1], version=2))
    await consumer.receive(*said_to("follower", [1], version=1))

    assert await consumer.fetch(KNOWN) == [{"subject": "t001", "applied": 2}]


async def test_a_stream_in_which_things_are_looked_up_is_kept_whole(new_consumer):
    consumer = await new_consumer(looked_up=True)

    await consumer.receive(*said_to("another", range(3)))

    assert len(await consumer.fetch(KNOWN)) == 3


async def test_a_poll_with_nothing_for_others_asks_nothing_more(new_consumer, monkeypatch):
    consumer = await new_consumer()
    await consumer.receive(*said_to("follower", [1]))

    with counted(monkeypatch) as asked:
        await consumer.receive(*said_to("follower", range(3), version=2))
    assert not any("unnest" in words and words.startswith("SELECT") for words in asked)
