"""Cluster pinning: a client that sends nothing to another cluster at the same address."""

from weakref import WeakSet

import structlog
from aiokafka.client import AIOKafkaClient, ConnectionGroup
from aiokafka.conn import AIOKafkaConnection

from intercoop_chassis.kafka.patches.metadata import cluster_id_at

log = structlog.get_logger()


def pin_to_cluster(client: AIOKafkaClient, cluster: str) -> None:
    """Let a client send nothing to a broker of another cluster than this one.

    aiokafka reconnects to an address, whichever cluster answers there. Each new connection is asked
    once for its cluster's id, before anything else is sent on it. A process that listens is of one
    cluster for as long as its connections live. To the client, a broker of another cluster is one
    that cannot be reached.

    Upstream: no issue of aiokafka known. Kafka's own answer is KIP-1242 (apache/kafka#22187): the
    expected cluster's id in `ApiVersionsRequest` version 5, which aiokafka does not send.
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
        while (connection := await connect(node, group=group, no_hint=no_hint)) is not None:
            if connection in known:
                return connection
            found = await cluster_id_at(connection)
            if found == cluster:
                known.add(connection)  # and look again: it may have been replaced meanwhile
                continue
            connection.close()
            if found is not None and found not in others:  # it will be met again and again
                others.add(found)
                log.warning("another_cluster", cluster=found, expected=cluster)
            client.force_metadata_update()
            return None
        return None

    client._get_conn = connected  # noqa: SLF001
