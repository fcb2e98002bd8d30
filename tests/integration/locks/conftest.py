"""A locked Apache Kafka for all tests of the locks, with owners of each test's own."""

import pytest

from intercoop_local.platform.kafka_locks import Locks
from testkit.locked import OPERATORS_PASSWORD, LockedNetwork


@pytest.fixture(scope="session")
def locked_kafka(platform):
    kafka = platform.new_kafka(Locks(OPERATORS_PASSWORD))
    kafka.start()
    yield kafka
    kafka.kill()


@pytest.fixture
async def locked(platform, locked_kafka, tmp_path):
    network = LockedNetwork(platform, locked_kafka, tmp_path)
    yield network
    await network.close()
