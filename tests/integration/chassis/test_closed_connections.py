"""A Kafka client's connection that the network has closed, as each event loop says it."""

import asyncio

import pytest
import uvloop
from aiokafka.conn import AIOKafkaConnection
from aiokafka.errors import KafkaConnectionError
from aiokafka.protocol.metadata import MetadataRequest

from intercoop_chassis.kafka.patches.closed_connections import notice_closed_connections

RUNS = {"asyncio": asyncio.run, "uvloop": uvloop.run}


async def ask_on_a_closed_connection(bootstrap):
    """Ask after the transport was closed and before the connection's reader has noticed."""
    host, _, port = bootstrap.partition(":")
    connection = AIOKafkaConnection(host, int(port))
    await connection.connect()
    connection._writer.transport.abort()
    with pytest.raises(KafkaConnectionError, match="is closed"):
        connection.send(MetadataRequest([]))
    assert not connection.connected()


@pytest.mark.parametrize("loop", RUNS)
def test_asking_on_a_closed_connection_is_a_fault_of_the_network(loop, platform):
    notice_closed_connections()
    RUNS[loop](ask_on_a_closed_connection(platform.kafka.bootstrap))
