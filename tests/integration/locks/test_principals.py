"""What an owner's user may not do, tried with clients that anybody could write."""

import pytest
from aiokafka import TopicPartition
from aiokafka.admin import NewTopic
from aiokafka.errors import (
    GroupAuthorizationFailedError,
    KafkaError,
    TopicAuthorizationFailedError,
    TransactionalIdAuthorizationFailed,
    for_code,
)

from testkit.things.streams import SECRETS, THINGS


@pytest.fixture
async def two(locked):
    """`ouest`, and one whose name begins with its."""
    await locked.apply("ouest", "ouest-2")
    return locked


def topic(network, stream, name):
    return stream.topic(network.owner(name))


async def records(network, name, topic, **choices):
    """What this owner reads in the topic."""
    reader = await network.reader(name, topic, **choices)
    found = await reader.getmany(timeout_ms=5_000)
    return [record.value for batch in found.values() for record in batch]


async def is_empty(network, topic):
    """Whether no record was ever written into the topic, as the operator sees it."""
    reader = await network.reader(None, topic)
    return set((await reader.end_offsets([TopicPartition(topic, 0)])).values()) == {0}


async def test_an_owner_writes_its_own_topics_and_everybody_reads_the_shared_ones(two):
    producer = await two.producer("ouest")
    await producer.send_and_wait(topic(two, THINGS, "ouest"), b"shared", key=b"a")
    await producer.send_and_wait(topic(two, SECRETS, "ouest"), b"private", key=b"a")

    assert await records(two, "ouest-2", topic(two, THINGS, "ouest")) == [b"shared"]
    assert await records(two, "ouest", topic(two, SECRETS, "ouest")) == [b"private"]


@pytest.mark.parametrize(
    ("who", "whose"), [("ouest", "ouest-2"), ("ouest-2", "ouest")], ids=["shorter", "longer"]
)
@pytest.mark.parametrize("stream", [THINGS, SECRETS], ids=["shared", "private"])
async def test_nobody_writes_into_anothers_topic(two, who, whose, stream):
    producer = await two.producer(who)
    with pytest.raises(TopicAuthorizationFailedError):
        await producer.send_and_wait(topic(two, stream, whose), b"forged", key=b"a")
    assert await is_empty(two, topic(two, stream, whose))


@pytest.mark.parametrize(("who", "whose"), [("ouest", "ouest-2"), ("ouest-2", "ouest")])
async def test_nobody_reads_what_is_private_to_another(two, who, whose):
    secret = topic(two, SECRETS, whose)
    await (await two.producer(whose)).send_and_wait(secret, b"private", key=b"a")

    with pytest.raises(TopicAuthorizationFailedError):
        await records(two, who, secret)
    assert secret not in await (await two.admin(who)).list_topics()


@pytest.mark.parametrize(("who", "whose"), [("ouest", "ouest-2"), ("ouest-2", "ouest")])
async def test_nobody_joins_anothers_group(two, who, whose):
    group = f"{two.owner(whose)}.things"
    with pytest.raises(GroupAuthorizationFailedError):
        await records(two, who, topic(two, THINGS, who), group_id=group)


@pytest.mark.parametrize(("who", "whose"), [("ouest", "ouest-2"), ("ouest-2", "ouest")])
async def test_nobody_takes_over_anothers_transactional_id(two, who, whose):
    mine = await two.producer(whose, transactional_id=f"{two.owner(whose)}.things.relay")
    with pytest.raises(TransactionalIdAuthorizationFailed):
        await two.producer(who, transactional_id=f"{two.owner(whose)}.things.relay")

    async with mine.transaction():
        await mine.send_and_wait(topic(two, THINGS, whose), b"not fenced", key=b"a")


async def test_an_owner_creates_no_topic_not_even_under_its_own_name(two):
    name = f"shared.{two.owner('ouest')}.inventions.v1"
    admin = await two.admin("ouest")
    answer = await admin.create_topics([NewTopic(name, 1, 1)])
    assert [for_code(code).__name__ for _, code, *_ in answer.topic_errors] == [
        "TopicAuthorizationFailedError"
    ]
    assert name not in await (await two.admin(None)).list_topics()


async def test_an_owner_alters_and_deletes_nothing_not_even_its_own(two):
    mine = topic(two, THINGS, "ouest")
    operation = two.operation()
    as_owner = operation.connection.as_user(
        two.owner("ouest"), two.passwords.find(two.owner("ouest"))
    )
    client = as_owner.open()
    try:
        resource = _policy(mine)
        outcome = client.alter_configs([resource], raise_on_unknown=False, incremental=True)
        assert "TopicAuthorizationFailed" in outcome["topic"][mine]
        deleted = client.delete_topics([mine], raise_errors=False)["topics"]
        assert [for_code(one["error_code"]) for one in deleted] == [TopicAuthorizationFailedError]
        with pytest.raises(Exception, match="ClusterAuthorizationFailed"):
            client.describe_acls(_everything())
        given = client.create_acls([_all_for(two.owner("ouest"))])
        assert [one.__name__ for one in given["failed"]] == ["ClusterAuthorizationFailedError"]
    finally:
        client.close()
    assert operation.plan().steps == ()


async def test_an_owner_makes_no_user_and_sets_no_quota(two):
    from intercoop_network.errors import NetworkError
    from intercoop_network.quotas import set_quota

    password = two.passwords.find(two.owner("ouest"))
    client = two.connection.as_user(two.owner("ouest"), password).open()
    try:
        from kafka.admin import UserScramCredentialUpsertion

        asked = UserScramCredentialUpsertion(two.owner("ouest-2"), "SCRAM-SHA-256", "stolen")
        assert all(client.alter_user_scram_credentials([asked]).values())
        with pytest.raises(NetworkError):
            set_quota(client, two.owner("ouest"), {"producer_byte_rate": None})
    finally:
        client.close()
    assert two.operation().plan().steps == ()


async def test_who_has_no_user_or_a_wrong_password_does_not_connect(two):
    from aiokafka import AIOKafkaProducer

    for arguments in (
        two.arguments("ouest", password="a-password-by-guess"),
        {**two.arguments("ouest"), "sasl_plain_username": "nobody"},
        {"bootstrap_servers": two.kafka.bootstrap},
    ):
        producer = AIOKafkaProducer(**arguments, request_timeout_ms=3_000)
        with pytest.raises(KafkaError):
            await producer.start()
        await producer.stop()


def _policy(name):
    from kafka.admin import ConfigResource

    return ConfigResource("TOPIC", name, {"cleanup.policy": "delete"})


def _everything():
    from kafka.admin import (
        ACLFilter,
        ACLOperation,
        ACLPermissionType,
        ACLResourcePatternType,
        ResourcePatternFilter,
        ResourceType,
    )

    pattern = ResourcePatternFilter(ResourceType.ANY, None, ACLResourcePatternType.ANY)
    return ACLFilter(None, None, ACLOperation.ANY, ACLPermissionType.ANY, pattern)


def _all_for(owner):
    from kafka.admin import ACL, ACLOperation, ACLPermissionType, ResourcePattern, ResourceType

    pattern = ResourcePattern(ResourceType.TOPIC, "*")
    return ACL(f"User:{owner}", "*", ACLOperation.ALL, ACLPermissionType.ALLOW, pattern)
