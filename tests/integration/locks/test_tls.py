"""A broker behind TLS: its certificate is looked at before anything is said."""

import pytest

from intercoop_local.platform.kafka_locks import Locks
from intercoop_network.connection import Connection
from intercoop_network.errors import NetworkError
from intercoop_network.knocking import knock
from testkit.certificates import Authority
from testkit.locked import OPERATORS_PASSWORD, LockedNetwork
from testkit.nodes import until
from testkit.things.streams import THINGS, ThingView


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("certificates")


@pytest.fixture(scope="module")
def kafka(platform, folder):
    certificate = Authority(folder).certificate("127.0.0.1")
    kafka = platform.new_kafka(Locks(OPERATORS_PASSWORD, certificate))
    kafka.start()
    yield kafka
    kafka.kill()


@pytest.fixture
async def locked(platform, kafka, tmp_path):
    network = LockedNetwork(platform, kafka, tmp_path)
    await network.apply("ouest", "est")
    yield network
    await network.close()


async def says(node, *words):
    async def said():
        problem = node.health.problems.get("things.relay", "")
        return all(word in problem for word in words)

    await until(said, what=f"a relay that says {words}")


async def test_services_and_the_operator_reach_it(locked):
    maker, follower = await locked.node("ouest"), await locked.node("est")
    assert maker.settings.kafka_security == "SASL_SSL"
    maker.start_relay()
    follower.start_worker()
    await follower.knows(await maker.publish(THINGS, ThingView(name="by TLS")))
    assert (await locked.apply()).steps == ()


async def test_a_broker_with_a_certificate_of_another_authority_is_refused(locked, tmp_path):
    other = Authority(tmp_path, "other").file
    node = await locked.node("ouest", kafka_ca_file=other)
    node.start_relay()
    node.start_worker()
    await says(node, "certificate", "not accepted", "INTERCOOP_KAFKA_CA_FILE")

    operator = locked.connection
    wrong = Connection(operator.servers, operator.security, operator.user, operator.password, other)
    with pytest.raises(NetworkError, match=r"certificate that is not accepted.*--ca-file"):
        knock(wrong)


async def test_a_broker_with_a_certificate_for_another_address_is_refused(
    platform, locked, folder, tmp_path
):
    authority = Authority(tmp_path / "elsewhere")
    kafka = platform.new_kafka(Locks(OPERATORS_PASSWORD, authority.certificate("127.0.0.2")))
    kafka.extra = {"ssl.endpoint.identification.algorithm": ""}  # the broker's view of itself
    kafka.start()
    try:
        node = await locked.node("ouest", kafka=kafka.bootstrap, kafka_ca_file=authority.file)
        node.start_relay()
        await says(node, "certificate", "127.0.0.1", "the one they were made for")
    finally:
        kafka.kill()


async def test_a_service_that_does_not_expect_tls_says_what_to_correct(locked):
    node = await locked.node("ouest", kafka_security="SASL_PLAINTEXT")
    node.start_relay()
    await says(node, "INTERCOOP_KAFKA_SECURITY", "SASL_PLAINTEXT")
