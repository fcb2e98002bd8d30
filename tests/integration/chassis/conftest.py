"""A network of small services for each test, with owners that nobody else has."""

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from uuid import uuid4

import httpx
import pytest
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from pydantic import SecretStr

from intercoop_chassis.consumer.limits.quotas import UNLIMITED, Limits
from intercoop_chassis.kafka.cluster import Cluster
from intercoop_chassis.postgres import AtHome, Database
from intercoop_chassis.relay.fence import fenced_producer
from intercoop_chassis.service import Service
from intercoop_chassis.settings import Settings
from intercoop_chassis.wire.sealing import create_key_file
from intercoop_local.platform.kafka import LocalKafka
from testkit.brokerless_consumer import BrokerlessConsumer
from testkit.counting_database import CountingDatabase
from testkit.nodes import Node
from testkit.platform import Platform
from testkit.restored_database import RestorableNode
from testkit.sample_api.serving import SAMPLE_API, SampleApi, new_sample_api
from testkit.things.service import things_service
from testkit.timers_harness import TimersHarness
from testkit.topics import delete_topics

OpenConsumer = Callable[..., Awaitable[BrokerlessConsumer]]

NAMES = frozenset({"maker", "second-maker", "follower", "one", "other"})


class Network:
    """Nodes of one test, each owner once, all on the run's platform unless a test says else.

    Its name is the test's own too: who follows everybody refuses what other tests publish.
    """

    def __init__(self, platform: Platform, folder: Path) -> None:
        self.platform = platform
        self.kafka = ""
        self._folder = folder
        self._tag = uuid4().hex[:6]
        self.name = f"test-{self._tag}"
        self._nodes: list[Node] = []

    def owner(self, name: str) -> str:
        return f"{name}-{self._tag}"

    async def node(
        self,
        name: str,
        *,
        service: Service | None = None,
        follows: frozenset[str] | None = NAMES,
        database: str | None = None,
        partitions: int = 1,
    ) -> Node:
        """A node of the owner `name`, not yet running.

        It follows owners of this test by these names; None follows everybody there is.
        """
        service = service or things_service()
        keys = self._folder / f"{name}.keys"
        if not keys.exists():
            create_key_file(keys)
        settings = Settings(
            network=self.name,
            owner=self.owner(name),
            database=SecretStr(database or await self.platform.database(service)),
            kafka=self.kafka or self.platform.kafka.bootstrap,
            follows=None if follows is None else frozenset(map(self.owner, follows)),
            topic_partitions=partitions,
            sealing_keys_file=keys,
        )
        node = Node(service, settings)
        self._nodes.append(node)
        return node

    async def fence(self, node: Node, *topics: str) -> None:
        """Shut a node's relay out of its topics, as a stranger with its transactional id would."""
        async with Cluster(node.settings) as cluster:
            partitions, identity = await cluster.partitions(topics), await cluster.identify()
        async with fenced_producer(node.settings, node.service.name, partitions, identity):
            pass

    async def delete_topic(self, topic: str) -> None:
        """As the cluster's operator may, by mistake."""
        admin = AIOKafkaAdminClient(bootstrap_servers=self.platform.kafka.bootstrap)
        await admin.start()
        try:
            await admin.delete_topics([topic])
        finally:
            await admin.close()

    async def create_topic(self, topic: str) -> None:
        """As its operator may, having deleted it; with one partition."""
        servers = self.kafka or self.platform.kafka.bootstrap
        admin = AIOKafkaAdminClient(bootstrap_servers=servers)
        await admin.start()
        try:
            await admin.create_topics([NewTopic(topic, 1, 1)])
        finally:
            await admin.close()

    async def close(self) -> None:
        for node in self._nodes:
            await node.close()
        if self._nodes and not self.kafka:
            await delete_topics(self.platform.kafka.bootstrap, f"-{self._tag}.")


@pytest.fixture
async def network(platform: Platform, tmp_path: Path) -> AsyncIterator[Network]:
    network = Network(platform, tmp_path)
    yield network
    await network.close()


@pytest.fixture
async def pair(network: Network, platform: Platform) -> tuple[RestorableNode, Node]:
    """An owner whose relay runs, and one who follows it already."""
    maker, follower = await network.node("maker"), await network.node("follower")
    maker.start_relay()
    follower.start_worker()
    await follower.listens()
    return RestorableNode(maker, platform.postgres), follower


@pytest.fixture
async def own_kafka(platform: Platform, network: Network) -> AsyncIterator[LocalKafka]:
    """A broker for this test's network, that it may hold up, kill, wipe and start again."""
    kafka = platform.new_kafka()
    kafka.start()
    network.kafka = kafka.bootstrap
    yield kafka
    await network.close()
    kafka.kill()


@pytest.fixture
async def sample_api(platform: Platform) -> AsyncIterator[SampleApi]:
    """A service with an HTTP side, served on a port of its own."""
    sample_api = new_sample_api(await platform.database(SAMPLE_API))
    yield sample_api
    await sample_api.close()


@pytest.fixture
async def staff(sample_api: SampleApi) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the sample API with a token of its staff."""
    async with sample_api.client() as client:
        yield client


@pytest.fixture
async def open_consumer(platform: Platform) -> AsyncIterator[OpenConsumer]:
    """Followers without a broker, each with a database that counts its transactions."""
    opened: list[CountingDatabase] = []

    async def open_one(service: Service, limits: Limits = UNLIMITED) -> BrokerlessConsumer:
        db = CountingDatabase(await platform.database(service), home=AtHome("follower"))
        opened.append(db)
        consumer = BrokerlessConsumer(service, "follower", db, limits=limits)
        await consumer.settle()
        return consumer

    yield open_one
    for db in opened:
        await db.close()


@pytest.fixture
async def harness(platform: Platform) -> AsyncIterator[TimersHarness]:
    """Timers to try, on a database of their own."""
    harness = TimersHarness(
        Database(await platform.database(SAMPLE_API), home=AtHome("ouest"), max_size=8)
    )
    yield harness
    await harness.stop()
    await harness.db.close()
