"""What `intercoop-network` does to a cluster, and what it leaves alone."""

import asyncio

import pytest
from aiokafka.admin import NewTopic

from intercoop_network import applying
from intercoop_network.cluster import Cluster
from intercoop_network.errors import NetworkError
from intercoop_network.file import Quota
from intercoop_network.steps import (
    AlterTopic,
    CreateTopic,
    DeleteTopic,
    Orders,
    SetQuota,
)
from intercoop_network.wanted import Right, TopicWish
from testkit.locked import STREAMS
from testkit.nodes import until
from testkit.things.streams import SECRETS, THINGS


def test_it_is_done_when_the_cluster_shows_it_and_not_before(locked, monkeypatch):
    locked.owners["slow"] = {}
    operation = locked.operation()
    find, looks = Cluster.find, []

    def find_late(self):
        """Brokers learn from their controller what was done; on a busy machine, later."""
        looks.append(find(self))
        return looks[0] if len(looks) < 4 else looks[-1]

    monkeypatch.setattr(Cluster, "find", find_late)
    assert operation.apply().steps
    assert len(looks) == 4
    assert not operation.plan().steps


def test_a_cluster_that_never_shows_what_was_done_is_said_to(locked, monkeypatch):
    find, first = Cluster.find, []

    def find_never(self):
        first.append(find(self))
        return first[0]

    monkeypatch.setattr(Cluster, "find", find_never)
    monkeypatch.setattr(applying, "SHOWN_WITHIN_S", 0.0)
    locked.owners["never"] = {}
    with pytest.raises(NetworkError, match="does not show it") as refused:
        locked.operation().apply()
    assert f"shared.{locked.owner('never')}." in str(refused.value)


async def test_an_empty_cluster_gets_what_the_network_wants_and_a_second_apply_changes_nothing(
    locked,
):
    await locked.apply("ouest", "ouest-2")
    with Cluster(locked.connection) as cluster:
        found = cluster.find()
    for name in ("ouest", "ouest-2"):
        for stream in STREAMS:
            topic = found.topics[stream.topic(locked.owner(name))]
            assert (topic.partitions, topic.replication) == (1, 1)
            assert topic.settings["cleanup.policy"] == "compact"
            assert topic.settings["message.timestamp.type"] == "LogAppendTime"
    secret = found.topics[SECRETS.topic(locked.owner("ouest"))]
    assert secret.settings["max.compaction.lag.ms"] == str(6 * 86_400_000)
    assert (await locked.apply()).steps == ()


async def test_a_further_union_is_one_entry_and_touches_nobody_else(locked):
    await locked.apply("ouest")
    added = await locked.apply("est")
    assert added.steps
    assert all(locked.owner("est") in step.in_words for step in added.steps)


async def test_what_the_file_does_not_know_is_shown_and_never_touched(locked):
    stranger = locked.owner("stranger")
    with Cluster(locked.connection) as cluster:
        cluster.create_topics({stranger: TopicWish(1, 1, {})})
        cluster.set_password(stranger, "a-strangers-password")
        right = Right(f"User:{stranger}", "topic", stranger, "read", prefixed=False)
        cluster.add_rights([right])
        cluster.set_quota(stranger, {"producer_byte_rate": 5.0})

        async def all_there():
            """Brokers follow a moment after their controller."""
            found = cluster.find()
            there = (found.topics, found.users, found.quotas)
            return (
                found if right in found.rights and all(stranger in one for one in there) else None
            )

        before = await until(all_there, what="the stranger's")
        planned = await locked.apply("ouest")
        after = cluster.find()
    shown = "\n".join(planned.unknown)
    for what in (f"topic {stranger}", f"user {stranger}", right.in_words, f"quota of {stranger}"):
        assert what in shown
    assert after.topics[stranger] == before.topics[stranger]
    assert stranger in after.users
    assert right in after.rights
    assert after.quotas[stranger] == before.quotas[stranger]


async def test_settings_that_differ_are_shown_and_altered(locked):
    await locked.apply("ouest")
    things = THINGS.topic(locked.owner("ouest"))
    with Cluster(locked.connection) as cluster:
        cluster.alter_topic(things, {"cleanup.policy": "delete", "segment.ms": "5000"})

        async def altered():
            return cluster.find().topics[things].settings["segment.ms"] == "5000"

        await until(altered, what="the settings")
    (step,) = (await locked.apply()).steps
    assert step == AlterTopic(
        things, {"cleanup.policy": ("delete", "compact"), "segment.ms": ("5000", "86400000")}
    )
    assert (await locked.apply()).steps == ()


@pytest.mark.parametrize(("there", "said"), [(1, "keys would move"), (3, "cannot take")])
async def test_another_number_of_partitions_is_refused_with_the_reason(locked, there, said):
    admin = await _admin(locked)
    things = THINGS.topic(locked.owner("ouest"))
    await admin.create_topics([NewTopic(things, there, 1)])

    async def made():
        return things in await admin.list_topics()

    await until(made, what="the topic")
    locked.owners["ouest"] = {"topics": {"partitions": 2}}
    planned = await locked.apply()
    assert any(things in one and said in one for one in planned.refused)
    locked.owners["ouest"] = {"topics": {"partitions": there}}
    again = await locked.apply()
    assert not [one for one in again.refused if things in one]


async def test_a_topic_is_deleted_only_where_it_is_named_and_not_wanted(locked):
    await locked.apply("ouest", "est")
    things = THINGS.topic(locked.owner("ouest"))

    def ask(name):
        return locked.operation().apply(Orders(delete=frozenset({name})))

    with pytest.raises(NetworkError, match="the file wants this topic"):
        await asyncio.to_thread(ask, things)
    with pytest.raises(NetworkError, match="no such topic"):
        await asyncio.to_thread(ask, "shared.nobody.things.v1")
    locked.owners["ouest"] = {"revoked": True}
    planned = await asyncio.to_thread(ask, things)
    assert planned.steps[-1] == DeleteTopic(things)
    assert things not in await (await _admin(locked)).list_topics()


async def test_quotas_are_set_changed_and_lifted(locked):
    await locked.apply("ouest")
    owner = locked.owner("ouest")
    quota = Quota(producer_bytes_per_second=1000, request_percentage=12.5)

    def apply(**choices):
        return locked.operation(**choices).apply().steps

    assert await asyncio.to_thread(apply, quota=quota) == (
        SetQuota(owner, "producer_byte_rate", None, 1000.0),
        SetQuota(owner, "request_percentage", None, 12.5),
    )
    assert await asyncio.to_thread(apply, quota=quota) == ()
    less = Quota(producer_bytes_per_second=500)
    assert await asyncio.to_thread(apply, quota=less) == (
        SetQuota(owner, "producer_byte_rate", 1000.0, 500.0),
        SetQuota(owner, "request_percentage", 12.5, None),
    )


async def test_a_producer_over_its_quota_is_told_to_wait(locked):
    await locked.apply("ouest")
    quota = Quota(producer_bytes_per_second=2_000)
    await asyncio.to_thread(locked.operation(quota=quota).apply)
    producer = await locked.producer("ouest")
    waits = []
    send = producer.client.send

    async def listening(*arguments, **named):
        answer = await send(*arguments, **named)
        waits.append(getattr(answer, "throttle_time_ms", 0))
        return answer

    producer.client.send = listening
    await producer.send_and_wait(THINGS.topic(locked.owner("ouest")), b"x" * 50_000, key=b"a")
    assert max(waits) > 0


async def _admin(locked):
    return await locked.admin(None)


def test_every_kind_of_step_is_said(locked):
    topic = CreateTopic("shared.x.things.v1", TopicWish(1, 1, {}))
    assert topic.in_words.startswith("+ topic shared.x.things.v1")
    assert "with every record" in DeleteTopic("shared.x.things.v1").in_words
