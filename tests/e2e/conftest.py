"""Whole processes, as a user or an operator starts them."""

import asyncio
import fcntl
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from uuid import uuid4

import httpx
import pytest

from intercoop_chassis.wire.sealing import create_key_file
from intercoop_local.platform.jars import fetch
from intercoop_local.platform.ports import free_port
from intercoop_local.ports import Ports
from testkit.child_environment import child_environment
from testkit.child_processes import end_with_starter
from testkit.issuer import Issuer
from testkit.platform import JARS

PROGRAMS = Path(sys.executable).parent
BLOCKS = range(9_000, 19_500, 500)
"""Below what `free_port` gives and what the kernel gives to connections."""


@dataclass(frozen=True)
class Local:
    """A local network's folder and ports, which no other test has."""

    home: Path
    ports: Ports

    @property
    def environment(self):
        numbers = {
            f"INTERCOOP_{use.upper()}_PORT": str(port) for use, port in asdict(self.ports).items()
        }
        return {"INTERCOOP_HOME": str(self.home), **numbers}

    def intercoop(self, *arguments, within_s=180):
        """Run a command of the local network to its end."""
        return subprocess.run(
            [str(PROGRAMS / "intercoop"), *arguments],
            capture_output=True,
            text=True,
            timeout=within_s,
            env={**child_environment(), **self.environment},
        )


@contextmanager
def block_of_ports():
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


@pytest.fixture(scope="module")
def new_home(platform):
    """Make a folder for a local network; the broker's jars are there, so nothing is fetched."""
    made = []

    def make():
        home = platform.home / f"home-{uuid4().hex[:8]}"
        home.mkdir()
        (home / "jars").symlink_to(fetch(JARS))
        made.append(home)
        return home

    yield make
    for home in made:
        shutil.rmtree(home, ignore_errors=True)


@pytest.fixture(scope="module")
def local(new_home):
    """A local network for all tests of a module, not yet running."""
    with block_of_ports() as ports:
        yield Local(new_home(), ports)


class Started:
    """A process under test, with what it says."""

    def __init__(self, arguments, environment, log):
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
    def said(self):
        return self._log.read_text(errors="replace")

    def says(self, text, *, within_s=180):
        """Wait until the process has said this."""
        give_up = time.monotonic() + within_s
        while text not in self.said:
            assert self.process.poll() is None, self.said[-3000:]
            assert time.monotonic() < give_up, self.said[-3000:]
            time.sleep(0.05)

    def interrupt(self, *, within_s=120):
        """Ctrl-C; returns the exit code."""
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(within_s)


@contextmanager
def starting(folder):
    """Start commands that write their logs into this folder, and are killed at the end."""
    started = []

    def run(command, *arguments, **environment):
        log = folder / f"log-{len(started)}"
        one = Started([str(PROGRAMS / command), *arguments], environment, log)
        started.append(one)
        return one

    yield run
    for one in started:
        one.process.kill()
        one.process.wait()


@pytest.fixture
def start(tmp_path):
    """Start a command with this environment; it is killed at the end of the test."""
    with starting(tmp_path) as run:
        yield run


@pytest.fixture(scope="module")
def start_for_all(tmp_path_factory):
    """Start a command for all tests of a module; it is killed at their end."""
    with starting(tmp_path_factory.mktemp("started")) as run:
        yield run


@pytest.fixture
def issuer():
    issuer = Issuer()
    yield issuer
    issuer.close()


@pytest.fixture
def settings(platform, tmp_path):
    """The environment of one service, as its operator would write it."""

    async def of(owner, issuer, service="directory"):
        name = f"{owner}-{uuid4().hex[:6]}"
        keys = tmp_path / f"{name}.keys"
        create_key_file(keys)
        return {
            "INTERCOOP_NETWORK": "test",
            "INTERCOOP_OWNER": name,
            f"INTERCOOP_{service.upper()}_DATABASE": await platform.postgres.ensure_database(
                name, "secret"
            ),
            "INTERCOOP_KAFKA": platform.kafka.bootstrap,
            "INTERCOOP_SIGNING_KEYS_FILE": str(issuer.keys_file),
            "INTERCOOP_SEALING_KEYS_FILE": str(keys),
            "INTERCOOP_HTTP_PORT": str(free_port()),
            "INTERCOOP_LOG_FORMAT": "json",
        }

    return of


def command(*arguments, service="directory", **environment):
    """Run a command of a service to its end."""
    return subprocess.run(
        [str(PROGRAMS / f"intercoop-{service}"), *arguments],
        capture_output=True,
        text=True,
        timeout=120,
        env={"PATH": "/usr/bin:/bin", **environment},
    )


@pytest.fixture(name="command")
def _command():
    return command


def address(environment):
    return f"http://127.0.0.1:{environment['INTERCOOP_HTTP_PORT']}"


async def until_ready(url):
    async with httpx.AsyncClient() as client:
        give_up = time.monotonic() + 120
        while time.monotonic() < give_up:
            try:
                answer = await client.get(f"{url}/health/ready")
                if answer.status_code == 200:
                    return
            except httpx.HTTPError:
                pass
            await asyncio.sleep(0.05)
    raise AssertionError(f"{url} was never ready")


@dataclass(frozen=True)
class Operated:
    """A service that runs by its own command."""

    owner: str
    url: str
    started: Started


@pytest.fixture
def operated(start, settings):
    """Set up and start a service as its operator would; returns when it is ready."""

    async def run(owner, issuer, service="directory"):
        environment = await settings(owner, issuer, service)
        assert command("migrate", service=service, **environment).returncode == 0
        if service == "directory":
            assert "34875 communes" in command("communes", "load", **environment).stdout
        started = start(f"intercoop-{service}", "run", **environment)
        await until_ready(address(environment))
        return Operated(environment["INTERCOOP_OWNER"], address(environment), started)

    return run


@pytest.fixture
def ready():
    return lambda environment: until_ready(address(environment))
