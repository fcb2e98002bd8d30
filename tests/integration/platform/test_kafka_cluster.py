"""Three nodes of our Apache Kafka: one is killed, and the others go on."""

import pytest
from aiokafka import AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from intercoop_local.platform.kafka_cluster import LocalCluster
from intercoop_local.platform.ports import free_port
from testkit.nodes import until
from testkit.platform import JARS
from testkit.topics import read_all


@pytest.fixture
def cluster(tmp_path):
    ports = [free_port() for _ in range(6)]
    cluster = LocalCluster(tmp_path, list(zip(ports[:3], ports[3:], strict=True)), JARS)
    cluster.start()
    yield cluster
    cluster.kill()


async def copied(admin, topic):
    """Whether every partition has three nodes that are in step."""
    (described,) = await admin.describe_topics([topic])
    return all(len(one["isr"]) == 3 for one in described["partitions"])


async def test_a_node_is_killed_and_comes_back_and_what_was_confirmed_stays(cluster):
    admin = AIOKafkaAdminClient(bootstrap_servers=cluster.bootstrap)
    producer = AIOKafkaProducer(bootstrap_servers=cluster.bootstrap, acks="all")
    await admin.start()
    await producer.start()
    try:
        await admin.create_topics([NewTopic("kept", 3, 3)])
        await until(lambda: copied(admin, "kept"), within_s=60, what="three copies")
        for partition in range(3):
            await producer.send_and_wait("kept", b"before", partition=partition)

        cluster.nodes[1].kill()
        for partition in range(3):
            await producer.send_and_wait("kept", b"meanwhile", partition=partition)
        cluster.nodes[1].start()
        await until(lambda: copied(admin, "kept"), within_s=60, what="three copies again")

        values = [one.value for one in await read_all(cluster.bootstrap, "kept")]
        assert sorted(values) == [b"before"] * 3 + [b"meanwhile"] * 3
    finally:
        await producer.stop()
        await admin.close()


async def test_a_wiped_cluster_is_another_one(cluster):
    async def identity():
        admin = AIOKafkaAdminClient(bootstrap_servers=cluster.bootstrap)
        await admin.start()
        try:
            return (await admin.describe_cluster())["cluster_id"]
        finally:
            await admin.close()

    before = await identity()
    cluster.stop()
    cluster.wipe()
    cluster.start()
    assert await identity() != before
