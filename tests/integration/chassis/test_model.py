"""Publishing, following and parking against a model of plain dictionaries, in any order of events."""

import asyncio

import pytest
from hypothesis import HealthCheck, Phase, settings, strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from intercoop_chassis.wire.decoding import view_of
from intercoop_contracts.streams import End, Ended
from testkit.model import name_of
from testkit.pipeline import OUTBOX, OWNERS, STREAMS, Pipeline
from testkit.things.service import things_service
from testkit.things.streams import PARTS, THINGS, ThingView

REPLICA = "SELECT topic, subject, applied, seen, parked, value FROM replica"
WAITING = "SELECT topic, subject, version, is_news, waits_for FROM parked"
TOLD = "SELECT subject, version, is_news, name_before, name_after FROM told ORDER BY id"
THINGS_KNOWN = "SELECT owner, subject, version, name FROM known_things"
PUBLISHED = "SELECT topic, subject, version, value FROM published"
COUNTED = """
SELECT topic, sum(living)::int AS living, sum(bytes)::int AS bytes, sum(parked)::int AS parked
FROM usage GROUP BY topic HAVING (sum(living), sum(bytes), sum(parked)) <> (0, 0, 0)
"""
THERE_ARE = """
SELECT topic, sum(living)::int AS living, sum(bytes)::int AS bytes, sum(parked)::int AS parked
FROM (
    SELECT topic, (NOT has_ended)::int AS living, 256 + octet_length(value) AS bytes,
           0 AS parked
    FROM replica WHERE value IS NOT NULL
    UNION ALL
    SELECT topic, 0, 0, 256 + octet_length(value) + octet_length(headers) FROM parked
) AS found GROUP BY topic
"""
PLACES = "SELECT topic, next_offset FROM offsets"

owners = st.sampled_from(OWNERS)
part = st.just("part")
views = st.builds(
    ThingView,
    name=st.sampled_from("ab"),
    behave=st.sampled_from(["well", "well", "moody"]),
    needs=st.none() | part,
)
ends = st.builds(
    Ended, ended=st.builds(End, reason=st.sampled_from(["gone", "erased"]), erased=st.booleans())
)
numbers = st.integers(0, 40)


@st.composite
def publications(draw):
    if draw(st.integers(0, 4)) == 0:
        return PARTS, "part", draw(st.builds(ThingView, name=st.sampled_from("ab")))
    return THINGS, draw(st.sampled_from("xy")), draw(st.one_of(views, views, views, ends))


class Machine(RuleBasedStateMachine):
    """Each rule happens to the product and to the model; after each they are compared."""

    run = None
    pipeline = None

    def __init__(self):
        super().__init__()
        self.run(self.pipeline.begin())
        self.before = {}

    @rule(
        owner=owners,
        said=st.lists(publications(), min_size=1, max_size=3),
        commit=st.integers(0, 5),
    )
    def publish(self, owner, said, commit):
        named = [
            (stream, f"{owner}-{subject}" if stream is THINGS else subject, view)
            for stream, subject, view in said
        ]
        self.run(self.pipeline.publish(owner, named, commit=commit > 0))

    @rule(limit=st.integers(1, 10), outcome=st.integers(0, 5))
    def relay(self, limit, outcome):
        self.run(self.pipeline.relay(limit, sends=outcome != 0, confirms=outcome > 1))

    @rule()
    def publish_all_again(self):
        self.run(self.pipeline.republish())

    @precondition(lambda self: self.pipeline.said.published)
    @rule(data=st.data(), ahead=st.integers(-1, 2))
    def intrude(self, data, ahead):
        keys = sorted(self.pipeline.said.published)
        key = data.draw(st.sampled_from(keys))
        version = max(1, self.pipeline.said.published[key].version + ahead)
        self.pipeline.intrude(key, version)

    @rule(data=st.data(), chunk=st.sampled_from([1, 2, 200]), crash=st.none() | st.integers(0, 6))
    def poll(self, data, chunk, crash):
        slices = []
        for topic in self.pipeline.readable():
            length = len(self.pipeline.logs[topic])
            place = self.pipeline.known.places.get(topic, 0)
            start = place if data.draw(st.booleans()) else data.draw(st.integers(0, place))
            slices.append((topic, start, data.draw(st.integers(start, length))))
        size = sum(end - start for _, start, end in slices)
        order = data.draw(st.lists(st.integers(0, max(0, size - 1)), max_size=2 * size))
        self.pipeline.db.fuse = crash
        self.pipeline.db.after_commit = bool(crash and crash % 2)
        self.run(self.pipeline.poll(slices, order, chunk))

    @rule()
    def read_everything_new(self):
        slices = [
            (topic, self.pipeline.known.places.get(topic, 0), len(self.pipeline.logs[topic]))
            for topic in self.pipeline.readable()
        ]
        self.run(self.pipeline.poll(slices, [], 200))

    @rule(following=st.sampled_from([OWNERS, OWNERS[:1], OWNERS[1:], None]))
    def follow(self, following):
        self.run(self.pipeline.follow(following))

    @rule()
    def resync(self):
        self.run(self.pipeline.resync())

    @rule(well=st.booleans())
    def set_mood(self, well):
        self.run(self.pipeline.set_mood(well=well))

    @rule()
    def time_passes(self):
        self.run(self.pipeline.time_passes())

    @invariant()
    def they_agree(self):
        self.run(self.compare())

    async def compare(self):
        said, known, consumer = self.pipeline.said, self.pipeline.known, self.pipeline.consumer
        async with self.pipeline.owners["maker"].read() as tx:
            published, outbox = await tx.fetch(PUBLISHED), await tx.fetch(OUTBOX)
        assert [(row["topic"], row["subject"]) for row in outbox] == said.outbox
        assert {
            (row["topic"], row["subject"]): (row["version"], read(row)) for row in published
        } == {key: (one.version, one.after) for key, one in said.published.items()}
        async with consumer.db.read() as tx:
            rows = {
                sql: await tx.fetch(sql) for sql in (REPLICA, WAITING, TOLD, THINGS_KNOWN, PLACES)
            }
            counted, there_are = await tx.fetch(COUNTED), await tx.fetch(THERE_ARE)
        assert set(counted) == set(there_are), "what limits are compared with is what there is"
        self.compare_replica(rows[REPLICA], known)
        self.compare_waiting(rows[WAITING], known)
        self.compare_told(rows[TOLD], known)
        self.compare_projection(rows[THINGS_KNOWN], known)
        assert {row["topic"]: row["next_offset"] for row in rows[PLACES]} == known.places

    def compare_replica(self, rows, known):
        found = {
            (row["topic"], row["subject"]): (row["applied"], row["seen"], row["parked"], read(row))
            for row in rows
        }
        assert found == {
            key: (one.applied, one.seen, one.waiting.said.version if one.waiting else 0, one.state)
            for key, one in known.entities.items()
        }
        for key, (applied, seen, *_) in found.items():
            before_applied, before_seen = self.before.get(key, (0, 0))
            assert seen >= before_seen
            assert applied >= before_applied or applied == 0
        self.before = {key: one[:2] for key, one in found.items()}

    def compare_waiting(self, rows, known):
        assert {
            (row["topic"], row["subject"]): (row["version"], row["is_news"], row["waits_for"])
            for row in rows
        } == {
            key: (
                one.waiting.said.version,
                one.waiting.is_news,
                f"{PARTS.id}/{one.waiting.waits_for}" if one.waiting.waits_for else None,
            )
            for key, one in known.entities.items()
            if one.waiting
        }

    def compare_told(self, rows, known):
        told = {}
        for subject, *rest in rows:
            told.setdefault(subject, []).append(tuple(rest))
        assert told == known.told
        for subject, each in told.items():
            news = [version for version, is_news, *_ in each if is_news]
            assert news == sorted(set(news)), subject

    def compare_projection(self, rows, known):
        found = {(row["owner"], row["subject"]): (row["version"], row["name"]) for row in rows}
        assert found == {
            (owner, subject): (one.applied, name_of(one.state))
            for owner in OWNERS
            for (topic, subject), one in known.entities.items()
            if topic == THINGS.topic(owner) and one.applied
        }


def read(row):
    return None if row["value"] is None else view_of(STREAMS[row["topic"]], row["value"])


@pytest.fixture(scope="module")
def machine(platform):
    """A machine on two databases of its own, with an event loop of its own."""
    loop = asyncio.new_event_loop()
    service = things_service()
    dsns = [loop.run_until_complete(platform.database(service)) for _ in range(2)]
    pipeline = Pipeline(*dsns)

    class Ready(Machine):
        run = staticmethod(loop.run_until_complete)

    Ready.pipeline = pipeline
    yield Ready
    loop.run_until_complete(pipeline.close())
    loop.close()


bounded = settings(
    max_examples=40,
    stateful_step_count=30,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


def test_the_pipeline_does_what_the_model_does(machine):
    run_state_machine_as_test(machine, settings=bounded)
