"""A word to an owner: published to another, heard in the same transaction by one's own."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from intercoop_chassis.errors import NotYetError
from intercoop_chassis.postgres import AtHome, Database
from intercoop_chassis.postgres.transaction import NobodyHearsError
from intercoop_chassis.publishing.publications import InvalidViewError
from intercoop_chassis.publishing.telling import EVERYBODY
from intercoop_chassis.subscribers import Subscribers
from intercoop_contracts.streams import End, Ended
from testkit.ids import new_id
from testkit.in_memory_network import StateEventConsumer, newest_states, state_event
from testkit.things.service import things_service
from testkit.things.streams import PARTS, THINGS, ThingView

WRITE = "INSERT INTO known_things VALUES ($1, $2, 1, $3)"
NOON = datetime(2026, 6, 1, 10, tzinfo=UTC)


class Listener:
    """A service that notes what it is told; `name` of a thing is its addressee."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, str, str | None]] = []
        self.moments: list[datetime] = []
        subscribers = Subscribers()
        subscribers.told(THINGS, to=lambda view: view.name)(self.hear)
        subscribers.told(PARTS)(self.hear)
        self.service = replace(things_service(), subscribers=subscribers)

    async def hear(self, told, tx):
        name = told.view.name if not isinstance(told.view, Ended) else None
        if name == "not yet":
            raise NotYetError(PARTS, "p1")
        self.heard.append((told.sender, told.subject, name))
        self.moments.append(told.now)
        await tx.execute(WRITE, told.sender, told.subject, name or "ended")


@pytest.fixture
def listener():
    return Listener()


@pytest.fixture
async def db(platform, listener):
    dsn = await platform.database(listener.service)
    db = Database(dsn, home=AtHome("ouest", listener.service.subscribers.home, lambda: NOON))
    yield db
    await db.close()


async def told(db, stream, subject, name, *, to):
    async with db.transaction() as tx:
        await tx.tell(
            stream, subject, ThingView(name=name), to=to, event_type=stream.event_types[0]
        )


async def known(db):
    async with db.read() as tx:
        return [tuple(row) for row in await tx.fetch("SELECT owner, subject FROM known_things")]


async def published(db, listener):
    states = await newest_states(listener.service, db)
    return [(event.stream.id, event.envelope.subject) for event in states]


async def test_a_word_to_another_owner_is_published_and_nobody_here_hears_it(db, listener):
    await told(db, THINGS, "t1", "nord", to="nord")
    assert await published(db, listener) == [(THINGS.id, "t1")]
    assert listener.heard == []


async def test_a_word_to_oneself_is_heard_in_the_same_transaction_and_nothing_leaves(db, listener):
    await told(db, THINGS, "t1", "ouest", to="ouest")
    assert listener.heard == [("ouest", "t1", "ouest")]
    assert listener.moments == [NOON]
    assert await known(db) == [("ouest", "t1")]
    assert await published(db, listener) == []


async def test_what_is_heard_is_undone_with_the_transaction_that_told_it(db, listener):
    with pytest.raises(RuntimeError):
        async with db.transaction() as tx:
            view = ThingView(name="ouest")
            await tx.tell(THINGS, "t1", view, to="ouest", event_type="thing-made")
            raise RuntimeError
    assert listener.heard == [("ouest", "t1", "ouest")]
    assert await known(db) == []


async def test_a_word_to_everybody_is_published_and_heard_at_home(db, listener):
    await told(db, PARTS, "p1", "wheel", to=EVERYBODY)
    assert await published(db, listener) == [(PARTS.id, "p1")]
    assert listener.heard == [("ouest", "p1", "wheel")]


async def test_one_reaction_hears_what_others_publish_if_it_is_addressed_here(db, listener):
    consumer = StateEventConsumer(listener.service, "ouest", db)
    await consumer.receive(
        [
            state_event(THINGS, "nord", "t1", ThingView(name="ouest")),
            state_event(THINGS, "nord", "t2", ThingView(name="sud")),
            state_event(PARTS, "nord", "p1", ThingView(name="wheel")),
        ]
    )
    assert sorted(listener.heard) == [("nord", "p1", "wheel"), ("nord", "t1", "ouest")]
    assert listener.moments == [NOON, NOON]


async def test_an_end_names_no_addressee_and_is_heard_where_a_stream_is_for_everybody(db, listener):
    consumer = StateEventConsumer(listener.service, "ouest", db)
    await consumer.receive(
        [
            state_event(THINGS, "nord", "t1", Ended(ended=End(reason="withdrawn"))),
            state_event(PARTS, "nord", "p1", Ended(ended=End(reason="withdrawn"))),
        ]
    )
    assert listener.heard == [("nord", "p1", None)]


async def test_what_has_not_arrived_refuses_a_command_in_words(db):
    with pytest.raises(NotYetError) as refused:
        await told(db, THINGS, "t1", "not yet", to="ouest")
    assert (refused.value.status, refused.value.code) == (409, "not-yet")
    assert "has not arrived here yet: try again" in refused.value.detail


async def test_telling_oneself_what_nobody_hears_is_a_mistake_that_says_so(platform, listener):
    db = Database(await platform.database(listener.service), home=AtHome("ouest"))
    with pytest.raises(NobodyHearsError, match=r"shared\.things"):
        await told(db, THINGS, "t1", "ouest", to="ouest")
    await db.close()


async def test_a_stream_with_a_reaction_at_home_cannot_be_published_past_it(db):
    with pytest.raises(TypeError, match="EVERYBODY"):
        async with db.transaction() as tx:
            tx.publish(PARTS, "p1", ThingView(name="wheel"), event_type="part-made")


@pytest.mark.parametrize("to", ["ouest", "est", EVERYBODY])
async def test_what_nobody_could_read_is_told_to_nobody(db, listener, to):
    broken = ThingView(name="a").model_copy(update={"filling": None})
    with pytest.raises(InvalidViewError, match="filling: string_type"):
        async with db.transaction() as tx:
            await tx.tell(THINGS, new_id("ouest"), broken, to=to, event_type="thing-made")
    assert listener.heard == []
