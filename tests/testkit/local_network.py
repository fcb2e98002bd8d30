"""A whole local network for tests, as `intercoop up` starts it, with a home and ports of its own."""

import fcntl
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TypeAlias

from intercoop_local.platform.jars import fetch
from intercoop_local.ports import Ports
from testkit.child_environment import child_environment
from testkit.child_processes import end_with_starter
from testkit.platform import JARS

PROGRAMS = Path(sys.executable).parent
BLOCKS = range(9_000, 19_500, 500)
"""Below what `free_port` gives and what the kernel gives to connections."""


def make_home(folder: Path) -> Path:
    """A folder for a local network; the broker's jars are there, so nothing is fetched."""
    folder.mkdir()
    (folder / "jars").symlink_to(fetch(JARS))
    return folder


@dataclass(frozen=True)
class Local:
    """A local network's folder and ports, which no other test has."""

    home: Path
    ports: Ports

    @property
    def environment(self) -> dict[str, str]:
        numbers = {
            f"INTERCOOP_{use.upper()}_PORT": str(port) for use, port in asdict(self.ports).items()
        }
        return {"INTERCOOP_HOME": str(self.home), **numbers}

    def intercoop(self, *arguments: str, within_s: float = 180) -> subprocess.CompletedProcess[str]:
        """Run a command of the local network to its end."""
        return subprocess.run(
            [str(PROGRAMS / "intercoop"), *arguments],
            capture_output=True,
            text=True,
            timeout=within_s,
            env={**child_environment(), **self.environment},
        )


@contextmanager
def block_of_ports() -> Iterator[Ports]:
    """The usual ports, moved to where no other test of this machine has its own."""
    for first in BLOCKS:
        with (Path(tempfile.gettempdir()) / f"intercoop-tests-ports-{first}").open("w") as claim:
            try:
                fcntl.flock(claim, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue
            moved = {use: port - 8_600 + first for use, port in asdict(Ports.usual()).items()}
            yield Ports(**moved)
            return
    raise AssertionError("every block of ports is in use")


class Started:
    """A process under test, with what it says."""

    def __init__(self, arguments: Sequence[str], environment: Mapping[str, str], log: Path) -> None:
        self._log = log
        with log.open("wb") as out:
            self.process = subprocess.Popen(
                arguments,
                stdout=out,
                stderr=subprocess.STDOUT,
                env={**child_environment(), **environment},
                preexec_fn=end_with_starter,  # noqa: PLW1509  a system call
            )

    @property
    def said(self) -> str:
        return self._log.read_text(errors="replace")

    def says(self, text: str, *, within_s: float = 180) -> None:
        """Wait until the process has said this."""
        give_up = time.monotonic() + within_s
        while text not in self.said:
            assert self.process.poll() is None, self.said[-3000:]
            assert time.monotonic() < give_up, self.said[-3000:]
            time.sleep(0.05)

    def interrupt(self, *, within_s: float = 120) -> int:
        """Ctrl-C; returns the exit code."""
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(within_s)


Start: TypeAlias = Callable[..., Started]
"""Starts a command with arguments, and settings by keyword."""


@contextmanager
def starting(folder: Path) -> Iterator[Start]:
    """Start commands that write their logs into this folder, and are killed at the end."""
    started: list[Started] = []

    def run(command: str, *arguments: str, **environment: str) -> Started:
        log = folder / f"log-{len(started)}"
        one = Started([str(PROGRAMS / command), *arguments], environment, log)
        started.append(one)
        return one

    try:
        yield run
    finally:
        for one in started:
            one.process.kill()
            one.process.wait()
