"""Metadata of a cluster: its id, asked for without the list of all its topics."""

import asyncio
from typing import Any, Final

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.conn import AIOKafkaConnection, create_conn
from aiokafka.errors import KafkaError
from aiokafka.protocol.metadata import MetadataRequest

_NO_TOPICS: Final[list[str]] = []
_ANSWER_S: Final = 5.0


async def cluster_id_of(admin: AIOKafkaAdminClient) -> str:
    """The id of the cluster that an admin client is connected to.

    `describe_cluster()` asks for all topics as well, and throws them away; the id is asked for
    every few seconds, of clusters with thousands of topics.

    Upstream: none known.
    """
    answer = await admin._get_cluster_metadata(_NO_TOPICS)  # noqa: SLF001
    return str(answer.cluster_id)


async def cluster_id_at(connection: AIOKafkaConnection) -> str | None:
    """The id of the cluster at the other end of a connection, if it answers in time."""
    try:
        answer = await asyncio.wait_for(connection.send(MetadataRequest(_NO_TOPICS)), _ANSWER_S)
    except (KafkaError, OSError, TimeoutError):
        return None
    return str(answer.cluster_id)


async def knock(host: str, port: int, timeout_ms: int, arguments: dict[str, Any]) -> None:
    """Connect to one server, log in, and ask one question. Raises what keeps this client out.

    A client's `start()` tries every server and raises "unable to bootstrap", whatever the reason.
    `arguments` are those of aiokafka's clients but for the servers.

    Upstream: none known.
    """
    connection = await create_conn(host, port, request_timeout_ms=timeout_ms, **arguments)
    try:
        await connection.send(MetadataRequest(_NO_TOPICS))  # refused where more is asked for
    finally:
        connection.close()
