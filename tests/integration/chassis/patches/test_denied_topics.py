"""The topics of an authorization error: upstream names one, or a set of them."""

from types import SimpleNamespace

import pytest
from aiokafka.client import AIOKafkaClient
from aiokafka.errors import TopicAuthorizationFailedError
from aiokafka.producer.sender import AddPartitionsToTxnHandler

from intercoop_chassis.kafka.patches.denied_topics import denied_topics

TOPIC_AUTHORIZATION_FAILED = 29
TOPIC = "shared.maker.things.v1"


async def refused_metadata(monkeypatch):
    """What a client raises that asks about a topic."""
    client = AIOKafkaClient()

    async def updated():
        client.cluster.unauthorized_topics.add(TOPIC)

    monkeypatch.setattr(client, "force_metadata_update", updated)
    with pytest.raises(TopicAuthorizationFailedError) as raised:
        await client._wait_on_metadata(TOPIC)
    return raised.value


async def refused_transaction(_):
    """What a producer's transaction ends with that adds a partition of a topic."""
    errors = []
    manager = SimpleNamespace(error_transaction=errors.append)
    sender = SimpleNamespace(_txn_manager=manager, _retry_backoff=0.1)
    answer = SimpleNamespace(errors=[(TOPIC, [(0, TOPIC_AUTHORIZATION_FAILED)])])
    AddPartitionsToTxnHandler(sender, []).handle_response(answer)
    return errors[0]


@pytest.mark.parametrize(
    ("refused", "named"), [(refused_metadata, TOPIC), (refused_transaction, {TOPIC})]
)
async def test_upstream_names_one_or_a_set_and_ours_is_always_a_set(refused, named, monkeypatch):
    error = await refused(monkeypatch)
    assert error.args == (named,)
    assert not hasattr(error, "topics")
    assert denied_topics(error) == {TOPIC}


def test_an_error_that_names_none_is_about_none():
    assert denied_topics(TopicAuthorizationFailedError()) == frozenset()
