"""One directory, run by its own command against a PostgreSQL and a Kafka it did not start."""

import asyncio
import subprocess
import sys
from pathlib import Path
from uuid import uuid4

import httpx
import pytest

from intercoop_chassis.sealing import create_key_file
from intercoop_local.platform.ports import free_port
from testkit.issuer import Issuer
from testkit.topics import read_all

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"


@pytest.fixture
def issuer():
    issuer = Issuer()
    yield issuer
    issuer.close()


@pytest.fixture
async def settings(platform, tmp_path, issuer):
    """The environment of one service, as its operator would write it."""

    async def of(owner, **more):
        name = f"{owner}-{uuid4().hex[:6]}"
        keys = tmp_path / f"{name}.keys"
        create_key_file(keys)
        return {
            "INTERCOOP_NETWORK": "test",
            "INTERCOOP_OWNER": name,
            "INTERCOOP_DIRECTORY_DATABASE": await platform.postgres.ensure_database(name, "secret"),
            "INTERCOOP_KAFKA": platform.kafka.bootstrap,
            "INTERCOOP_ISSUER": issuer.url,
            "INTERCOOP_JWKS": issuer.jwks,
            "INTERCOOP_SEALING_KEYS_FILE": str(keys),
            "INTERCOOP_HTTP_PORT": str(free_port()),
            "INTERCOOP_LOG_FORMAT": "json",
            **more,
        }

    return of


def command(*arguments, **environment):
    return subprocess.run(
        [str(Path(sys.executable).parent / "intercoop-directory"), *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        env={"PATH": "/usr/bin:/bin", **environment},
    )


async def ready(url):
    async with httpx.AsyncClient() as client:
        for _ in range(600):
            try:
                answer = await client.get(f"{url}/health/ready")
                if answer.status_code == 200:
                    return
            except httpx.HTTPError:
                pass
            await asyncio.sleep(0.05)
    raise AssertionError(f"{url} was never ready")


def address(environment):
    return f"http://127.0.0.1:{environment['INTERCOOP_HTTP_PORT']}"


async def test_a_directory_is_run_by_its_own_command_and_a_trace_goes_all_the_way(
    start, settings, issuer, platform
):
    home, other = await settings("home"), await settings("other")
    for environment in (home, other):
        assert command("migrate", **environment).returncode == 0
        assert "34875 communes" in command("communes", "load", **environment).stdout
    running = [start("intercoop-directory", "run", **one) for one in (home, other)]
    for environment in (home, other):
        await ready(address(environment))

    token = issuer.token(owner=home["INTERCOOP_OWNER"], roles=["staff"])
    async with httpx.AsyncClient(headers={"Authorization": f"Bearer {token}"}) as client:
        answer = await client.post(
            f"{address(home)}/directory/api/organisations",
            json={"name": "Atelier du Canal", "commune": {"code": "31555"}},
            headers={"traceparent": f"00-{TRACE}-00f067aa0ba902b7-01"},
        )
        assert answer.status_code == 201, answer.text
        organisation = answer.json()["id"]
        for _ in range(600):
            there = await client.get(f"{address(other)}/directory/api/organisations/{organisation}")
            if there.status_code == 200:
                break
            await asyncio.sleep(0.05)
        assert there.json()["name"] == "Atelier du Canal"
        assert there.json()["owner"] == home["INTERCOOP_OWNER"]

    topic = f"shared.{home['INTERCOOP_OWNER']}.organisations.v1"
    (record,) = await read_all(platform.kafka.bootstrap, topic)
    assert TRACE in dict(record.headers)["traceparent"].decode()
    effects = [line for line in running[1].said.splitlines() if "changes_applied" in line]
    assert any(TRACE in line and organisation in line for line in effects)
    for one in running:
        one.process.terminate()
        assert one.process.wait(30) == 0


async def test_roles_run_apart_in_processes_of_their_own(start, settings, issuer):
    environment = await settings("apart")
    command("migrate", **environment)
    for role in ("api", "relay", "worker", "timers"):
        port = environment["INTERCOOP_HTTP_PORT"] if role == "api" else str(free_port())
        one = {**environment, "INTERCOOP_HTTP_PORT": port}
        start("intercoop-directory", role, **one)
        await ready(address(one))


async def test_wrong_settings_are_all_named_at_once_with_their_remedy(settings):
    environment = await settings("wrong")
    environment |= {"INTERCOOP_OWNER": "Pas Un Slug", "INTERCOOP_KAFAK": "x"}
    del environment["INTERCOOP_ISSUER"]
    refused = command("run", **environment)
    assert refused.returncode == 1
    for name in ("INTERCOOP_OWNER", "INTERCOOP_KAFAK", "INTERCOOP_ISSUER"):
        assert name in refused.stderr
    assert "Traceback" not in refused.stderr
