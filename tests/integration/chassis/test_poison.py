"""Poison of every kind among good records, through a real broker into a real database."""

from collections import Counter

import pytest
from hypothesis import HealthCheck, Phase, given, settings, strategies as st
from structlog.testing import capture_logs

from intercoop_chassis import telemetry
from intercoop_chassis.consumer.apply import Applier
from testkit.nodes import until
from testkit.poison import Fate, PoisonTarget, good, of_each_kind
from testkit.things.streams import PARTS, SECRETS, THINGS
from testkit.topics import make_topic, read_all, topics_of, write_at_once

REASONS = ("envelope", "source", "key", "version", "topic")
LENIENT = {"cleanup.policy": "delete", "max.message.bytes": "9000000"}


class Reading:
    """A running follower of one maker whose topics strangers write to, and what it was seen doing."""

    def __init__(self, follower, target):
        self.follower = follower
        self.target = target
        self.kafka = follower.settings.kafka
        self.polled = Counter()
        self.late = []

    async def after_poll(self, subjects):
        """Whatever was good in a poll is applied when the poll ends, whatever came with it."""
        rows = await self.follower.fetch(
            "SELECT subject FROM replica WHERE applied > 0 AND subject = ANY ($1)", subjects
        )
        self.late += sorted(set(subjects) - {row["subject"] for row in rows})

    async def write(self, raws):
        return await write_at_once(
            self.kafka, [(raw.topic, raw.key, raw.value, raw.headers) for raw in raws]
        )

    async def parked(self):
        rows = await self.follower.fetch("SELECT subject, version, kind, reason FROM parked")
        return {row["subject"]: row for row in rows}

    async def applied(self, subjects):
        count = "SELECT count(*) FROM replica WHERE applied > 0 AND subject = ANY ($1)"
        return await self.follower.value(count, list(subjects))

    def refused(self):
        metric = telemetry.REFUSED
        return Counter({one: int(metric.labels("things", one)._value.get()) for one in REASONS})


@pytest.fixture
async def reading(network, monkeypatch):
    follower = await network.node("follower", follows=frozenset({"maker"}))
    target = PoisonTarget(network.name, network.owner("maker"), follower.owner, follower.keyring)
    for stream in (THINGS, PARTS, SECRETS):
        topic = stream.topic(target.owner_of(stream))
        await make_topic(follower.settings.kafka, topic, **LENIENT)
    one = Reading(follower, target)
    apply = Applier.apply

    async def watched(self, records, stored, is_assigned):
        one.polled.update((each.topic, each.offset) for each in records)
        subjects = [(each.key or b"").decode(errors="replace") for each in records]
        done = await apply(self, records, stored, is_assigned)
        await one.after_poll([each for each in subjects if each.startswith("fine")])
        return done

    monkeypatch.setattr(Applier, "apply", watched)
    follower.start_worker()
    await one.write([good(target)])
    await until(lambda: one.applied(["subject-0"]), what="the first record")
    return one


@st.composite
def mixes(draw, target):
    """One of each kind, shuffled among good records."""
    poisoned = draw(of_each_kind(target))
    streams = [draw(st.sampled_from([THINGS, SECRETS])) for _ in range(20)]
    fine = [(None, good(target, each, subject=f"fine-{target.new_subject()}")) for each in streams]
    return draw(st.permutations([*poisoned, *fine]))


bounded = settings(
    max_examples=4,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


async def test_every_kind_of_poison_is_refused_or_parked_and_hinders_no_other_subject(reading):
    drawn = []

    @bounded
    @given(mixes(reading.target))
    def draw(mix):
        drawn.append(mix)

    draw()
    assert len(drawn) == 4
    for mix in drawn:
        await one_mix(reading, mix)


async def one_mix(reading, mix):
    before, parked_before = reading.refused(), await reading.parked()
    with capture_logs() as log:
        written = await reading.write([raw for _, raw in mix])
        at = dict(zip(written, mix, strict=True))

        async def all_read():
            return set(written) <= set(reading.polled)

        await until(all_read, what="a poll of every record")
        good_ones = [raw.subject for kind, raw in mix if not kind or kind.fate is Fate.READ]

        async def all_applied():
            return await reading.applied(good_ones) == len(good_ones)

        await until(all_applied, what="every good record")
        await each_meets_its_fate(reading, at, log, parked_before)

    counted = Counter(one["reason"] for one in log if one["event"] == "record_refused")
    assert reading.refused() - before == counted
    assert reading.late == []
    await heals(reading, [raw for kind, raw in mix if kind and kind.fate is not Fate.REFUSED])


async def each_meets_its_fate(reading, at, log, parked_before):
    """Every poisoned record is found: among the refused by its offset, or parked by its subject."""
    refused = [one for one in log if one["event"] == "record_refused"]
    poison = {target: (kind, raw) for target, (kind, raw) in at.items() if kind}
    due = {target: one for target, one in poison.items() if one[0].fate is Fate.REFUSED}
    assert {(one["topic"], one["offset"]) for one in refused} == set(due)
    for one in refused:
        assert one["reason"] == due[one["topic"], one["offset"]][0].reason

    waiting = {
        raw.subject: kind for kind, raw in poison.values() if kind.fate in {Fate.PARKED, Fate.FAILS}
    }

    async def all_parked():
        return set(await reading.parked()) - set(parked_before) >= set(waiting)

    await until(all_parked, what="every subject that has to wait")
    parked = await reading.parked()
    assert set(parked) - set(parked_before) == set(waiting)
    assert all(parked[subject]["reason"].strip() for subject in waiting)
    for subject, kind in waiting.items():
        assert parked[subject]["kind"] in kind.obstacles, kind.name
    assert len(due) + len(waiting) + sum(
        kind.fate is Fate.READ for kind, _ in poison.values()
    ) == len(poison)
    events = Counter(one["event"] for one in log)
    assert not events["poll_handed_back"]
    assert not events["worker_session_ended"]


def claimed(raw):
    """The version that a record says it is."""
    return int(dict(raw.headers)["ce_sequence"])


async def heals(reading, raws):
    """The next good version of each subject is applied, and nothing waits any more."""
    streams = {one.topic(reading.target.owner_of(one)): one for one in (THINGS, SECRETS)}
    again = [
        good(reading.target, streams[raw.topic], subject=raw.subject, version=claimed(raw) + 1)
        for raw in raws
    ]
    await reading.write(again)
    healed = "SELECT count(*) FROM replica WHERE applied > 1 AND subject = ANY ($1)"
    subjects = [raw.subject for raw in raws]

    async def all_healed():
        return await reading.follower.value(healed, subjects) == len(subjects)

    await until(all_healed, what="the next version of each")
    assert await reading.parked() == {}


FORGED = (
    "shared.evil.shared.{maker}.things.v1", "shared.{maker}.things.v1.extra",
    "x.shared.{maker}.things.v1", "shared.{maker}.things.v01", "Shared.{maker}.things.v1",
    "shared.{maker}-2.things.v1", "shared.{maker}.things.v2", "private.{maker}.secrets.v1",
    "shared.{reader}.things.v1",
)  # fmt: skip


async def test_a_topic_with_a_misleading_name_is_not_read(reading):
    target = reading.target
    for name in FORGED:
        topic = name.format(maker=target.maker, reader=target.reader)
        await make_topic(reading.kafka, topic)
        raw = good(target, subject=f"forged-{target.new_subject()}")
        await write_at_once(reading.kafka, [(topic, raw.key, raw.value, raw.headers)])
    late = good(target, PARTS)
    await reading.write([late])
    await until(lambda: reading.applied([late.subject]), what="the true topic's record")
    known = await reading.follower.fetch("SELECT DISTINCT topic FROM replica")
    true = {THINGS.topic(target.maker), PARTS.topic(target.maker)}
    assert {row["topic"] for row in known} == true
    assert {topic for topic, _ in reading.polled} == true


async def test_nothing_is_written_where_a_sender_says(reading):
    target, asked = reading.target, f"injected.{reading.target.reader}"
    await make_topic(reading.kafka, asked)
    before = await topics_of(reading.kafka, target.reader)
    raws = []
    for name in ("reply_to", "correlation_id", "ce_replyto", "content-type", "path"):
        raws += [
            good(target).and_header(name, asked.encode()),
            good(target).valued(b"{").and_header(name, asked.encode()),
        ]
    await reading.write(raws)
    await until(lambda: reading.applied([raws[-2].subject]), what="the last good record")
    assert await read_all(reading.kafka, asked) == []
    assert await topics_of(reading.kafka, target.reader) == before
