"""Closed connections: a client that asks on one meets a fault of the network, on any event loop."""

import asyncio

import pytest
import uvloop
from aiokafka.conn import AIOKafkaConnection
from aiokafka.errors import KafkaConnectionError
from aiokafka.protocol.metadata import MetadataRequest

from intercoop_chassis.kafka.patches.closed_connections import (
    notice_closed_connections,
    unpatched_send,
)

RUNS = {"asyncio": asyncio.run, "uvloop": uvloop.run}


async def closed_connection(bootstrap):
    """A connection whose transport was closed, and whose reader has not noticed yet."""
    host, _, port = bootstrap.partition(":")
    connection = AIOKafkaConnection(host, int(port))
    await connection.connect()
    connection._writer.transport.abort()
    return connection


def test_upstream_raises_what_it_does_not_expect_itself(platform):
    async def ask():
        connection = await closed_connection(platform.kafka.bootstrap)
        await asyncio.sleep(0)  # uvloop closes its handle; the reader has its turn after this
        with pytest.raises(RuntimeError, match="the handler is closed"):
            unpatched_send(connection, MetadataRequest([]))
        connection.close()

    uvloop.run(ask())


@pytest.mark.parametrize("loop", RUNS)
def test_asking_on_a_closed_connection_is_a_fault_of_the_network(loop, platform):
    notice_closed_connections()

    async def ask():
        connection = await closed_connection(platform.kafka.bootstrap)
        with pytest.raises(KafkaConnectionError, match="is closed"):
            connection.send(MetadataRequest([]))
        assert not connection.connected()

    RUNS[loop](ask())
