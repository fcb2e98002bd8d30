"""New topics, known at once: a wait for their announcement, and a consumer that is shown them."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final, Self

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.client import AIOKafkaClient, ConnectionGroup
from aiokafka.errors import LeaderNotAvailableError, NoError, for_code
from aiokafka.protocol.api import Response
from aiokafka.protocol.fetch import FetchRequest
from aiokafka.protocol.metadata import MetadataRequest

from intercoop_chassis.kafka.patches.cancellations import close_within

_READ_UNCOMMITTED: Final = 0
_BYTES: Final = 1
"""Kafka sends one batch all the same, which is not looked at."""
_STOP_S: Final = 1.0
_LET_GO_S: Final = 0.05
"""Within this time a consumer has cancelled the fetch that it was waiting for."""


class Topics:
    """What a broker says of all topics, in one answer, for any number of consumers."""

    def __init__(self, answer: Response) -> None:
        self.answer = answer
        self.names = frozenset(topic for code, topic, *_ in answer.topics if code == 0)


class Waiting:
    """A connection that waits for records of one partition, and can ask for all topics."""

    def __init__(self, client: AIOKafkaClient, partition: TopicPartition) -> None:
        self._client = client
        self._partition = partition

    @classmethod
    @asynccontextmanager
    async def open(
        cls, arguments: dict[str, Any], partition: TopicPartition
    ) -> AsyncIterator[Self]:
        """`arguments` are those of aiokafka's clients; a topic that is not there is not made."""
        client = AIOKafkaClient(**arguments)
        try:
            await client.bootstrap()
            yield cls(client, partition)
        finally:
            await close_within(_STOP_S, client.close())

    async def end_behind(self, offset: int, within_ms: int) -> int:
        """Where the partition ends, when that is behind `offset` or the time is over.

        The broker holds the answer meanwhile, so that nobody asks again and again. Raises what the
        broker answers otherwise.

        Upstream: none known; a consumer of aiokafka looks five times a second whether it should
        fetch.
        """
        topic, partition = self._partition
        asked = [(topic, [(partition, offset, _BYTES)])]
        request = FetchRequest(within_ms, 1, _BYTES, _READ_UNCOMMITTED, asked)
        answer = await self._client.send(await self._leader(), request)
        ((_, ((_, code, end, *_),)),) = answer.topics
        if for_code(code) is not NoError:
            raise for_code(code)
        return max(int(end), offset)

    async def topics(self) -> Topics:
        """All topics, as the broker knows them now."""
        request = MetadataRequest(None, allow_auto_topic_creation=False)
        return Topics(await self._client.send(await self._leader(), request))

    async def _leader(self) -> int:
        cluster, (topic, partition) = self._client.cluster, self._partition
        if cluster.leader_for_partition(self._partition) is None:
            self._client.set_topics([topic])
            await self._client.force_metadata_update()
        leader = cluster.leader_for_partition(self._partition)
        if leader is None or leader < 0:
            raise LeaderNotAvailableError(topic, partition)
        return int(leader)


async def show_topics(consumer: AIOKafkaConsumer, topics: Topics) -> None:
    """Let a consumer that subscribes to a pattern know of topics now, not at its next look.

    A broker answers a connection's requests one after the other, and holds a fetch that finds
    nothing. Behind it the consumer's own request for metadata would wait, and the first fetch from
    a new partition: they go by new connections. The former ones are closed when their fetches have
    been given up, as after any loss of a connection: what they would have brought is fetched again.

    Upstream: none known.
    """
    client = consumer._client  # noqa: SLF001
    held = [
        client._conns.pop(key)  # noqa: SLF001
        for key in list(client._conns)  # noqa: SLF001
        if key[1] == ConnectionGroup.DEFAULT
    ]
    try:
        client.cluster.update_metadata(topics.answer)
        await asyncio.sleep(_LET_GO_S)
    finally:
        for connection in held:
            connection.close()
