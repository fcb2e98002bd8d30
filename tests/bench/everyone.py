"""`python -m bench.everyone`: the whole network on this machine, as `make up NETWORK=all` runs it.

Seconds to ready from nothing, memory of everything (PSS), cores used while nobody asks anything, and
how long a meeting that one owner announces takes until all others' HTTP APIs have it.
"""

import asyncio
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import NamedTuple

import httpx

from bench import profile
from bench.measured_servers import Figures
from intercoop_chassis.auth import Role
from intercoop_local.home import Home
from intercoop_local.issuer import Issuer
from intercoop_local.network import read_network
from intercoop_local.platform.ports import LOOPBACK, free_port
from testkit.platform import JARS

SETTLE_S = 30
IDLE_S = 60
MEETINGS = 10
READY_WITHIN_S = 300
LOOK_S = 0.05
HEARD_WITHIN_S = 20
INSTANCES = 18000
"""Below those that are given to others."""
TICKS = os.sysconf("SC_CLK_TCK")


def environment(home: Path) -> dict[str, str]:
    names = ("CONSOLE", "POSTGRES", "KAFKA", "CONTROLLER", "MAIL")
    ports = {f"INTERCOOP_{name}_PORT": str(free_port()) for name in names}
    return {
        "PATH": os.environ["PATH"],
        "INTERCOOP_HOME": str(home),
        "INTERCOOP_INSTANCES_PORT": str(INSTANCES),
        **ports,
    }


def processes_of(home: Path, root: int) -> Iterator[Path]:
    """The starter, everything it started, and the servers that were started for this home."""
    parents = {}
    for path in Path("/proc").glob("[0-9]*"):
        try:
            stat = (path / "stat").read_text().rpartition(")")[2].split()
            command = (path / "cmdline").read_bytes()
        except OSError:
            continue
        parents[int(path.name)] = (int(stat[1]), str(home).encode() in command)
    for pid in parents:
        if _belongs(pid, root, parents):
            yield Path(f"/proc/{pid}")


def _belongs(pid: int, root: int, parents: dict[int, tuple[int, bool]]) -> bool:
    while pid in parents:
        parent, named = parents[pid]
        if pid == root or named:
            return True
        pid = parent
    return False


def seconds_used(home: Path, root: int) -> dict[str, float]:
    used = {}
    for path in processes_of(home, root):
        fields = (path / "stat").read_text().rpartition(")")[2].split()
        used[path.name] = (int(fields[11]) + int(fields[12])) / TICKS
    return used


def idle_cores(home: Path, root: int) -> float:
    before, began = seconds_used(home, root), time.monotonic()
    time.sleep(IDLE_S)
    after = seconds_used(home, root)
    used = sum(after[pid] - before.get(pid, 0) for pid in after)
    return used / (time.monotonic() - began)


def an_instance(home: Path) -> int:
    """The process id of an instance, all of whose services are in it."""
    mark = next((home / "instances").rglob("pid"))
    return int(mark.read_text().split()[0])


def memory_mib(home: Path, root: int) -> float:
    total = 0
    for path in processes_of(home, root):
        text = (path / "smaps_rollup").read_text()
        total += next(int(line.split()[1]) for line in text.splitlines() if line.startswith("Pss:"))
    return total / 1024


async def fan_out_ms(home: Path) -> list[float]:
    """For each of ten meetings, milliseconds until the last of all other instances has it."""
    network = read_network()
    issuer = Issuer(Home(home), network.name)
    first, *others = network.owners
    tokens = {owner: issuer.token(owner, Role.STAFF) for owner in network.owners}
    async with httpx.AsyncClient(timeout=30) as client:
        times = []
        for number in range(MEETINGS):
            path, who = address(network.number(first)), bearer(tokens[first])
            made = await client.post(path, json=meeting(number), headers=who)
            made.raise_for_status()
            began = time.monotonic()
            paths = {
                owner: f"{address(network.number(owner))}/{made.json()['id']}" for owner in others
            }
            await asyncio.gather(
                *(heard(client, path, tokens[owner]) for owner, path in paths.items())
            )
            times.append((time.monotonic() - began) * 1000)
            await asyncio.sleep(2)
    return times


def address(number: int) -> str:
    return f"http://{LOOPBACK}:{INSTANCES + number}/events/api/meetings"


def meeting(number: int) -> dict[str, object]:
    starts = datetime.now(UTC) + timedelta(days=30 + number)
    return {
        "title": f"Journée {number}",
        "format": "workshop",
        "place": {"commune": "Paris"},
        "starts": starts.isoformat(),
        "ends": (starts + timedelta(hours=2)).isoformat(),
        "seats": 10,
    }


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


async def heard(client: httpx.AsyncClient, path: str, token: str) -> None:
    give_up = time.monotonic() + HEARD_WITHIN_S
    while (await client.get(path, headers=bearer(token))).status_code != httpx.codes.OK:
        if time.monotonic() > give_up:
            raise TimeoutError(f"{path} was not there within {HEARD_WITHIN_S} s")
        await asyncio.sleep(LOOK_S)


def until_ready(process: subprocess.Popen[bytes], log: Path) -> float:
    began = time.monotonic()
    while "Ready after" not in log.read_text():
        if process.poll() is not None or time.monotonic() - began > READY_WITHIN_S:
            raise RuntimeError(log.read_text()[-3000:])
        time.sleep(0.1)
    return time.monotonic() - began


def figures() -> Figures:
    """An owner's services in one process, then each in one of its own."""
    return _together() | _apart()


def _together() -> Figures:
    with _everybody() as network:
        time.sleep(SETTLE_S)
        seen = {
            "all_ready_s": network.ready_s,
            "idle_17_cores": idle_cores(network.home, network.pid),
            "idle_17_mib": memory_mib(network.home, network.pid),
        }
        if profile.is_asked():
            profile.sample("idle", an_instance(network.home), IDLE_S)
        times = asyncio.run(fan_out_ms(network.home))
    return seen | {"fan_out_17_ms": median(times), "fan_out_17_worst_ms": max(times)}


def _apart() -> Figures:
    with _everybody("--processes", "apart") as network:
        time.sleep(SETTLE_S)
        return {
            "apart_ready_s": network.ready_s,
            "idle_68_cores": idle_cores(network.home, network.pid),
            "idle_68_mib": memory_mib(network.home, network.pid),
        }


class Started(NamedTuple):
    """A network that is ready: its folder, and its starter."""

    home: Path
    pid: int
    ready_s: float


@contextmanager
def _everybody(*options: str) -> Iterator[Started]:
    """Start everything from nothing, and end it."""
    home = Path(tempfile.mkdtemp(prefix="intercoop-everyone-"))
    home.chmod(0o755)
    shutil.copytree(JARS, home / "jars")
    settings, log = environment(home), home / "up.log"
    with log.open("wb") as out:
        program = Path(sys.executable).parent / "intercoop"
        command = [program, "up", "--network", "all", *options]
        process = subprocess.Popen(command, env=settings, stdout=out, stderr=out)
    try:
        ready_s = until_ready(process, log)
        yield Started(home, process.pid, ready_s)
    finally:
        process.terminate()
        process.wait(120)
        shutil.rmtree(home, ignore_errors=True)


if __name__ == "__main__":
    print(json.dumps({name: round(value, 2) for name, value in figures().items()}))
