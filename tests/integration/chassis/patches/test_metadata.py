"""A cluster's id without all its topics, and why a broker refuses a connection."""

import pytest
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.client import AIOKafkaClient
from aiokafka.errors import IllegalSaslStateError, KafkaConnectionError

from intercoop_chassis.kafka.patches.metadata import cluster_id_of, knock

SASL = {
    "security_protocol": "SASL_PLAINTEXT",
    "sasl_mechanism": "SCRAM-SHA-256",
    "sasl_plain_username": "somebody",
    "sasl_plain_password": "a guess",
}


@pytest.fixture
async def admin(bootstrap):
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    yield admin
    await admin.close()


@pytest.fixture
def asked(admin, monkeypatch):
    """The topics that each request of the admin client asks about; None is all of them."""
    asked, send = [], admin._send_request

    async def sent(request, *arguments):
        asked.append(request._topics)
        return await send(request, *arguments)

    monkeypatch.setattr(admin, "_send_request", sent)
    return asked


async def test_upstream_asks_for_every_topic_to_learn_the_clusters_id(admin, asked):
    described = await admin.describe_cluster()
    assert asked == [None]

    assert await cluster_id_of(admin) == described["cluster_id"]
    assert asked == [None, []]


async def test_upstream_cannot_bootstrap_whatever_the_reason_and_a_knock_says_it(bootstrap):
    client = AIOKafkaClient(bootstrap_servers=bootstrap, **SASL)
    with pytest.raises(KafkaConnectionError, match="Unable to bootstrap"):
        await client.bootstrap()
    await client.close()

    host, _, port = bootstrap.partition(":")
    with pytest.raises(IllegalSaslStateError):
        await knock(host, int(port), 5_000, SASL)
    await knock(host, int(port), 5_000, {})
