"""Our Apache Kafka as a server: stopped, killed, wiped, and left behind by its starter."""

import os
import signal
import subprocess
import sys
import time

import pytest

from intercoop_local.platform.errors import PlatformError
from intercoop_local.platform.kafka import LocalKafka
from intercoop_local.platform.ports import free_port, is_free
from testkit.platform import JARS
from testkit.topics import read_all

STARTER = """
import sys, time
from pathlib import Path
from intercoop_local.platform.kafka import LocalKafka
LocalKafka(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), Path(sys.argv[4])).start()
print("started", flush=True)
time.sleep(600)
"""


async def write(clients, topic, value):
    producer = await clients.producer()
    await producer.send_and_wait(topic, value, key=b"a")


async def test_a_restart_keeps_the_data_and_the_clusters_id(own_clients):
    topic = await own_clients.topic()
    await write(own_clients, topic, b"before")
    identity = await own_clients.cluster_id()

    own_clients.kafka.stop()
    own_clients.kafka.start()

    assert await own_clients.cluster_id() == identity
    assert [one.value for one in await read_all(own_clients.kafka.bootstrap, topic)] == [b"before"]


async def test_a_killed_broker_is_ready_again_within_15_seconds_with_what_it_confirmed(own_clients):
    topic = await own_clients.topic()
    await write(own_clients, topic, b"confirmed")

    own_clients.kafka.kill()
    began = time.monotonic()
    own_clients.kafka.start()
    records = await read_all(own_clients.kafka.bootstrap, topic)

    took = time.monotonic() - began
    assert took < max(15, 3 * own_clients.first_start_s), "a busy machine takes longer for both"
    assert [one.value for one in records] == [b"confirmed"]


async def test_a_wiped_broker_is_another_cluster_and_empty(own_clients):
    topic = await own_clients.topic()
    identity = await own_clients.cluster_id()

    own_clients.kafka.stop()
    own_clients.kafka.wipe()
    own_clients.kafka.start()

    assert await own_clients.cluster_id() != identity
    assert topic not in await (await own_clients.admin()).list_topics()


async def test_a_second_broker_on_the_same_data_is_refused_while_the_first_runs(own_clients):
    again = LocalKafka(own_clients.kafka.home, free_port(), free_port(), JARS)
    with pytest.raises(PlatformError, match=r"is in use: process .*Stop that one first"):
        again.start()
    assert own_clients.kafka.running


def test_a_broker_ends_with_its_starter_and_the_next_start_does_not_trip_over_it(tmp_path):
    port, controller = free_port(), free_port()
    arguments = [str(tmp_path), str(port), str(controller), str(JARS)]
    starter = subprocess.Popen(
        [sys.executable, "-c", STARTER, *arguments], stdout=subprocess.PIPE, text=True
    )
    assert starter.stdout.readline() == "started\n"
    starter.kill()
    starter.wait()
    starter.stdout.close()

    kafka = LocalKafka(tmp_path, port, controller, JARS)
    kafka.start()
    try:
        assert kafka.running
    finally:
        kafka.kill()


def test_a_broker_that_outlived_its_starter_is_ended_by_the_next_start(tmp_path):
    """As when the kernel's word about the starter's death was not enough: it was suspended."""
    port, controller = free_port(), free_port()
    arguments = [str(tmp_path), str(port), str(controller), str(JARS)]
    starter = subprocess.Popen(
        [sys.executable, "-c", STARTER, *arguments], stdout=subprocess.PIPE, text=True
    )
    assert starter.stdout.readline() == "started\n"
    broker = int((tmp_path / "pid").read_text().split()[0])
    os.kill(broker, signal.SIGSTOP)
    starter.kill()
    starter.wait()
    starter.stdout.close()
    assert not is_free(port)
    os.kill(broker, signal.SIGCONT)

    kafka = LocalKafka(tmp_path, port, controller, JARS)
    kafka.start()
    try:
        assert kafka.running
    finally:
        kafka.kill()
