"""Clients that stay with one cluster: what another one, at the same address, would take amiss."""

import asyncio
from typing import Final
from weakref import WeakSet

import structlog
from aiokafka.client import AIOKafkaClient, ConnectionGroup
from aiokafka.conn import AIOKafkaConnection
from aiokafka.errors import KafkaError
from aiokafka.protocol.metadata import MetadataRequest

_ANSWER_S: Final = 5.0
_NO_TOPICS: Final[list[str]] = []

log = structlog.get_logger()


def keep_to(client: AIOKafkaClient, cluster: str) -> None:
    """Let a client send nothing to a broker of another cluster than this one.

    Each new connection asks once who is there, before anything else is sent on it. A process that
    listens is of one cluster for as long as its connections live. To the client, a broker of
    another cluster is one that cannot be reached.
    """
    connect = client._get_conn  # noqa: SLF001
    known: WeakSet[AIOKafkaConnection] = WeakSet()
    others: set[str] = set()

    async def connected(
        node: int | str,
        *,
        group: ConnectionGroup = ConnectionGroup.DEFAULT,
        no_hint: bool = False,
    ) -> AIOKafkaConnection | None:
        while (found := await connect(node, group=group, no_hint=no_hint)) is not None:
            if found in known:
                return found
            there = await _asked(found)
            if there == cluster:
                known.add(found)  # and look again: it may have been replaced meanwhile
                continue
            found.close()
            if there is not None and there not in others:  # it will be met again and again
                others.add(there)
                log.warning("another_cluster", cluster=there, expected=cluster)
            client.force_metadata_update()
            return None
        return None

    client._get_conn = connected  # noqa: SLF001


async def _asked(connection: AIOKafkaConnection) -> str | None:
    """The id of the cluster at the other end, if it answers."""
    try:
        answer = await asyncio.wait_for(connection.send(MetadataRequest(_NO_TOPICS)), _ANSWER_S)
    except (KafkaError, OSError, TimeoutError):
        return None
    return str(answer.cluster_id)
