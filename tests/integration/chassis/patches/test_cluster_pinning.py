"""Cluster pinning: a client sends nothing to another cluster at the same address."""

from contextlib import asynccontextmanager
from typing import get_args

import pytest
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.client import AIOKafkaClient
from aiokafka.errors import KafkaError
from aiokafka.protocol.admin import ApiVersionRequestStruct
from aiokafka.protocol.metadata import MetadataRequest

from intercoop_chassis.kafka.patches.cluster_pinning import pin_to_cluster
from intercoop_chassis.kafka.patches.metadata import cluster_id_of

KIP_1242 = 5
"""The version of ApiVersionsRequest that says to which cluster a client wants to talk."""


@asynccontextmanager
async def client(bootstrap):
    client = AIOKafkaClient(bootstrap_servers=bootstrap)
    await client.bootstrap()
    try:
        yield client
    finally:
        await client.close()


async def asked(client):
    """What a broker of the cluster says to a client that takes it for its own."""
    (node,) = [broker.nodeId for broker in client.cluster.brokers()][:1]
    return await client.send(node, MetadataRequest([]))


async def cluster_id(bootstrap):
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    try:
        return await cluster_id_of(admin)
    finally:
        await admin.close()


def test_upstream_does_not_say_to_which_cluster_it_wants_to_talk():
    versions = [request.API_VERSION for request in get_args(ApiVersionRequestStruct)]
    assert max(versions) < KIP_1242


async def test_a_client_that_is_pinned_talks_to_its_own_cluster(bootstrap):
    async with client(bootstrap) as pinned:
        pin_to_cluster(pinned, await cluster_id(bootstrap))
        assert (await asked(pinned)).cluster_id == await cluster_id(bootstrap)


async def test_upstream_talks_to_any_cluster_and_a_pinned_client_does_not(bootstrap):
    async with client(bootstrap) as free, client(bootstrap) as pinned:
        assert await asked(free)

        pin_to_cluster(pinned, "another")
        with pytest.raises(KafkaError):
            await asked(pinned)
