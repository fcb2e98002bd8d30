"""A network of services without a broker: states are read from `published`, and delivered in any order."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from random import Random
from typing import Any
from uuid import uuid4

from intercoop_chassis.consumer.effects import Effects
from intercoop_chassis.consumer.follows import Follows, settle
from intercoop_chassis.errors import NotYetError
from intercoop_chassis.kafka.records import KafkaRecord
from intercoop_chassis.postgres import Database
from intercoop_chassis.service import Service
from intercoop_chassis.wire.decoding import view_of
from intercoop_chassis.wire.obstacle import Obstacle
from intercoop_chassis.wire.reading import Reader
from intercoop_chassis.wire.records import Poison, StateEvent
from intercoop_contracts.envelope import Envelope
from intercoop_contracts.streams import Audience, Ended, Stream, View, parse_topic
from testkit.brokerless_consumer import record
from testkit.poison import Raw

PUBLISHED = "SELECT topic, subject, version, event_type, occurred_at, value FROM published"


def state_event(
    stream: Stream[Any], owner: str, subject: object, view: View | Ended, version: int = 1
) -> StateEvent:
    """What an owner that is not there would have published now."""
    envelope = Envelope(
        id=str(uuid4()),
        source=f"/test/{owner}/{stream.publisher}",
        type=stream.event_types[0],
        time=datetime.now(UTC),
        subject=str(subject),
        sequence=version,
        dataschema=stream.schema_id,
    )
    return StateEvent(stream.topic(owner), owner, stream, envelope, view.model_dump_json(), view)


async def newest_states(service: Service, db: Database) -> list[StateEvent]:
    """Everything a service has published, each entity in its newest state."""
    streams = {stream.id: stream for stream in service.publishes}
    async with db.read() as tx:
        rows = await tx.fetch(PUBLISHED)
    found = []
    for row in rows:
        name = parse_topic(row["topic"])
        stream = streams[name.stream_id]
        envelope = Envelope(
            id=str(uuid4()),
            source=f"/test/{name.owner}/{service.name}",
            type=row["event_type"],
            time=row["occurred_at"],
            subject=row["subject"],
            sequence=row["version"],
            dataschema=stream.schema_id,
        )
        after = view_of(stream, row["value"])
        found.append(StateEvent(row["topic"], name.owner, stream, envelope, row["value"], after))
    return found


class StateEventConsumer:
    """Applies state events to one service of one owner; it needs neither Kafka records nor offsets."""

    def __init__(self, service: Service, owner: str, db: Database) -> None:
        self.service = service
        self.owner = owner
        self.db = db
        self._waiting: list[StateEvent] = []
        published = frozenset(stream.id for stream in service.publishes)
        self._follows = Follows(owner, None, published)

    async def receive(self, events: Iterable[StateEvent], *, alone: bool = False) -> None:
        """Apply what this service reads, in this order, whole or one by one.

        What has to wait for something else is tried again at the end, and with the next. An id in
        them that is not whose its stream says is a mistake of the test.
        """
        mine = [*self._waiting, *(event for event in events if self._reads(event))]
        for event in mine:
            foreign = _foreign_id(event)
            assert foreign is None, f"{event.topic} {event.envelope.subject}: {foreign}"
        self._waiting = []
        async with self.db.transaction() as tx:
            horizon = await settle(self._follows, self.service.subscribers, tx)
        effects = Effects(self.service.subscribers, horizon)
        for group in _grouped(mine, alone=alone):
            await self._apply(group, effects)
        waiting, self._waiting = self._waiting, []
        for event in waiting:
            await self._apply([event], effects)

    async def receive_as_read(self, *events: StateEvent) -> list[Obstacle]:
        """Apply what a reader lets through; returns why it does not let others."""
        reader = Reader(self.service.subscribers.streams, "test", None)
        admission = reader.admit([_record(event) for event in events])
        assert not admission.refused, admission.refused
        read = [reader.decode(record, envelope) for envelope, record in admission.admitted]
        await self.receive([each for each in read if isinstance(each, StateEvent)])
        return [each.obstacle for each in read if isinstance(each, Poison)]

    @property
    def waits(self) -> bool:
        return bool(self._waiting)

    async def _apply(self, events: Sequence[StateEvent], effects: Effects) -> None:
        try:
            async with self.db.transaction() as tx:
                await effects.apply(events, tx, effects.size.begin(len(events)))
        except NotYetError:
            if len(events) > 1:
                for event in events:
                    await self._apply([event], effects)
            else:
                self._waiting.extend(events)

    def _reads(self, event: StateEvent) -> bool:
        subscription = self.service.subscribers.get(event.stream.id)
        if subscription is None:
            return False
        if event.stream.audience is Audience.PRIVATE and event.owner != self.owner:
            return False
        return self._follows.wants(subscription, event.owner)


def _record(event: StateEvent) -> KafkaRecord:
    headers = event.envelope.headers()
    key = event.envelope.subject.encode()
    return record(Raw(event.topic, key, event.text.encode(), tuple(headers)))


def _foreign_id(event: StateEvent) -> str | None:
    return event.stream.foreign_id(event.owner, event.envelope.subject, event.after)


def _grouped(events: Sequence[StateEvent], *, alone: bool) -> list[list[StateEvent]]:
    """One by one, or as a poll would be folded: the newest of each subject, in one chunk."""
    if alone:
        return [[event] for event in events]
    newest: dict[tuple[str, str], StateEvent] = {}
    for event in events:
        known = newest.get(event.key)
        if known is None or known.envelope.sequence < event.envelope.sequence:
            newest[event.key] = event
    return [list(newest.values())] if newest else []


class InMemoryNetwork:
    """Delivers as a broker may at worst: duplicates, late, out of order, alone or folded.

    `instances` are services of several owners (`testkit.service_under_test`).
    """

    def __init__(self, chance: Random, instances: Sequence[Any]) -> None:
        self.chance = chance
        self.instances = instances
        self.in_flight: dict[Any, list[StateEvent]] = {instance: [] for instance in instances}

    async def send(self) -> None:
        sender, receiver = self.chance.sample(self.instances, 2)
        self.in_flight[receiver] += await newest_states(sender.service, sender.db)

    async def arrive(self) -> None:
        receiver = self.chance.choice(self.instances)
        in_flight = self.in_flight[receiver]
        self.chance.shuffle(in_flight)
        batch = in_flight[: self.chance.randint(0, 6)]
        await receiver.consumer.receive(batch, alone=self.chance.random() < 0.5)
