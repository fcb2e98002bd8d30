"""Servers that all workers of a run share: started once, and gone with their controller."""

import asyncio
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from intercoop_local.platform.ports import accepts
from testkit import child_processes
from testkit.nodes import until
from testkit.servers import ask

CONTROLLER = """
import sys
from testkit.platform import Platform
platform = Platform()
servers = platform.share()
print(servers.address, flush=True)
sys.stdin.read()
servers.close()
platform.close()
"""
TESTS = Path(__file__).parents[2]


@pytest.fixture
def controller():
    process = child_processes.start(
        [sys.executable, "-c", CONTROLLER], cwd=TESTS, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    address = process.stdout.readline().decode().strip()
    yield process, address
    child_processes.kill_all()
    process.stdin.close()
    process.stdout.close()
    shutil.rmtree(Path(address).parent, ignore_errors=True)


async def asked_twice(address):
    """Two workers want it at the same time; returns its port."""
    asking = (asyncio.to_thread(ask, address, "postgres") for _ in range(2))
    first, second = await asyncio.gather(*asking)
    assert first == second
    _, (port,) = first
    assert accepts(port)
    return port


async def closed(port):
    return not accepts(port)


async def test_a_server_is_started_once_and_ends_with_a_controller_that_is_killed(controller):
    process, address = controller
    port = await asked_twice(address)

    process.kill()

    await until(lambda: closed(port), what="the end of the server")


async def test_a_controller_that_ends_leaves_nothing(controller):
    process, address = controller
    port = await asked_twice(address)

    process.stdin.close()

    assert await asyncio.to_thread(process.wait, 120) == 0
    assert await closed(port)
    assert not Path(address).parent.exists()
