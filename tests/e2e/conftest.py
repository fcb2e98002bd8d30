"""Whole processes, as a user or an operator starts them."""

import asyncio
import shutil
import subprocess
import time
from dataclasses import dataclass
from uuid import uuid4

import httpx
import pytest

from intercoop_chassis.wire.sealing import create_key_file
from intercoop_local.platform.ports import free_port
from testkit.issuer import Issuer
from testkit.local_network import PROGRAMS, Local, Started, block_of_ports, make_home, starting


@pytest.fixture(scope="module")
def new_home(platform):
    """Make a folder for a local network."""
    made = []

    def make():
        made.append(make_home(platform.home / f"home-{uuid4().hex[:8]}"))
        return made[-1]

    yield make
    for home in made:
        shutil.rmtree(home, ignore_errors=True)


@pytest.fixture(scope="module")
def local(new_home):
    """A local network for all tests of a module, not yet running."""
    with block_of_ports() as ports:
        yield Local(new_home(), ports)


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
