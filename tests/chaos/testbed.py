"""Three instances in two processes each, on a PostgreSQL and an Apache Kafka of their own."""

import asyncio
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Final

import httpx

from chaos.disk import Disk
from chaos.supervisor import Supervisor
from chaos.watching import effects, watch
from intercoop_chassis.auth import Role
from intercoop_chassis.http.server import serve_http
from intercoop_contracts.catalogue import READS
from intercoop_local.console import Orders, console
from intercoop_local.home import Home
from intercoop_local.instances import Instance
from intercoop_local.network import read_network
from intercoop_local.platform.kafka_cluster import LocalCluster
from intercoop_local.platform.ports import LOOPBACK, free_port
from intercoop_local.ports import Ports
from intercoop_local.report import Report
from intercoop_local.services import NAMES
from intercoop_local.serving import Serving, stop_all
from intercoop_local.stack import Stack
from intercoop_local.story.caller import Staff
from testkit.nodes import until
from testkit.tcp_proxies import TcpProxies

OWNERS: Final = ("cgscop", "midi-pyrenees", "auvergne")
"""Who gives commands, unless fewer are asked for."""
LATE: Final = ("ouest", "aquitaine")
"""Who may join meanwhile."""
WIRED: Final = "auvergne"
"""Whose processes reach the broker and the database through TCP proxies."""
BEHIND: Final = ("worker", "relay", "timers")
"""The roles of an instance's second process, and of those that join for a while."""

LIMITS: Final = {
    "INTERCOOP_LIMIT_ENTITIES": "4000",
    "INTERCOOP_LIMIT_PARKED_BYTES": "16000000",
    "INTERCOOP_LIMIT_DAILY_NOTICES": "100000",
    "INTERCOOP_LIMIT_DAILY_MAILS": "100000",
    "INTERCOOP_LIMIT_DAILY_INVITATIONS": "100000",
}
"""A hostile owner is to meet the first two within minutes. Of what the others count, honest people
here do in minutes what they do in years elsewhere."""

_TESTS: Final = Path(__file__).parents[1]


class Testbed:
    """Where it happens. `commanding` are the owners who give commands from the beginning.

    `poisoned` are subjects that faults have spoilt on purpose, `moved` those to which they have
    moved sealed texts: what does not open may wait there, and nothing else is forgiven.
    `told_again` are owners whose notices went back, and may be given again; `ahead` those whose
    clock was ahead, so that what they said then looks new to whoever begins within that time.
    `forgive` is called with an owner whose database went back: what it promised is no more.
    """

    def __init__(
        self,
        folder: Path,
        *,
        nodes: int = 3,
        commanding: Sequence[str] = OWNERS,
        plant: str | None = None,
    ) -> None:
        self.commanding = commanding
        self.stack = Stack(Home(folder), read_network(), Ports.free(), lambda _: None)
        free = [free_port() for _ in range(3 * nodes)]
        ports = list(zip(free[:nodes], free[nodes : 2 * nodes], strict=True))
        behind = free[2 * nodes :]
        self.proxies = TcpProxies((self.stack.ports.postgres, *behind))
        wired = [self.proxies.ports[port] for port in behind]
        self.kafka = LocalCluster(
            folder / "kafka",
            ports,
            Home(folder).jars,
            [_listening(*one) for one in zip(ports, behind, wired, strict=True)],
        )
        self.stack.kafka = self.kafka
        self.disk = Disk(Home(folder).postgres)
        self.supervisor = Supervisor(lambda: self.every_process)
        self.forgive: Callable[[str], None] = lambda _: None
        self._wired_kafka = ",".join(f"{LOOPBACK}:{port}" for port in wired)
        self.poisoned: set[tuple[str, str]] = set()
        self.moved: set[tuple[str, str]] = set()
        self.told_again: set[str] = set()
        self.ahead: set[str] = set()
        self.processes: dict[str, tuple[Serving, ...]] = {}
        self.folder = folder
        self._nodes = nodes
        self._plant = ("--plant", plant) if plant else ()
        self._stop = asyncio.Event()
        self._serving: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """Start everything; returns when every process is ready."""
        self.disk.mount()
        await self.proxies.start()
        await self.stack.start_platform()
        app = console(self.stack, Orders(_refuse, _refuse, _nothing), "")
        port = self.stack.ports.console
        self._serving = asyncio.create_task(serve_http(app, LOOPBACK, port, self._stop))
        for owner in self.commanding:
            await self.join(owner)
        await self.healed()
        self.supervisor.start()

    async def join(self, owner: str) -> None:
        """Start an owner's instance; it may be new."""
        (first,) = self.stack.instance(owner).processes
        first.environment = self._environment(owner, first)
        first.module = ("chaos.serve", *self._plant)
        await self.stack.join(owner)
        second = self.further(owner, "second")
        second.start()
        self.processes[owner] = (first, second)
        await self.prepare(owner)

    async def prepare(self, owner: str) -> None:
        """Make an owner's databases that are missing, with what watches them."""
        await self.stack.instance(owner).prepare()
        for service in READS:
            await watch(self.dsn(owner, service))

    async def effects(self) -> int:
        """How many changes were applied, in all databases of everybody."""
        dsns = [self.dsn(owner, service) for owner in self.owners for service in READS]
        return sum([await effects(dsn) for dsn in dsns])

    @property
    def owners(self) -> Sequence[str]:
        """Everybody who has joined."""
        return tuple(self.processes)

    async def answers(self, one: Serving) -> bool:
        """Whether a process says that it is ready."""
        async with httpx.AsyncClient() as client:
            return await one.ready(client)

    def further(self, owner: str, name: str) -> Serving:
        """One more process of an instance, without its API; not started."""
        (first,) = self.stack.instance(owner).processes
        roles = [word for role in BEHIND for word in ("--role", role)]
        port = free_port()
        return Serving(
            name=f"{owner} {name}",
            services=NAMES,
            port=port,
            folder=self.folder / "further" / owner / name,
            environment={**first.environment, "INTERCOOP_HTTP_PORT": str(port)},
            module=("chaos.serve", *self._plant, *roles),
        )

    @property
    def every_process(self) -> Sequence[Serving]:
        return [one for processes in self.processes.values() for one in processes]

    def instance(self, owner: str) -> Instance:
        return self.stack.instance(owner)

    def staff(self, owner: str) -> Staff:
        """A caller of an instance's HTTP APIs with its staff's rights."""
        tokens = partial(self.stack.issuer.token, owner, Role.STAFF)
        return Staff(self.instance(owner), tokens)

    def dsn(self, owner: str, service: str) -> str:
        """A service's database, as the superuser reaches it."""
        return self.stack.postgres.dsn(f"{owner}-{service}")

    async def healed(self, *, within_s: float = 120) -> None:
        """Start what is down, and wait until every process says that it is ready."""
        self.proxies.delay(0)
        self.proxies.carry()
        if not self.stack.postgres.running:
            self.stack.postgres.start()
        self.kafka.launch()
        await asyncio.to_thread(self.kafka.until_ready)
        self.supervisor.look()
        async with httpx.AsyncClient() as client:
            for one in self.every_process:

                async def ready(one: Serving = one) -> bool:
                    return one.running and await one.ready(client)

                await until(ready, within_s=within_s, what=f"{one.name} ready")

    async def reconcile(self, owner: str, service: str) -> tuple[bool, str]:
        """What an operator does with a restored owner: whether it could be done, and what it said."""
        command = f"intercoop_{service}.main"
        arguments = ("reconcile", "--apply", "--missing", "keep")
        doing = await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", f"from {command} import main; main()", *arguments),
            env={**os.environ, **self.processes[owner][0].environment},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        said, _ = await doing.communicate()
        done = doing.returncode == 0
        lines = said.decode().splitlines() or [f"ended with {doing.returncode}"]
        return done, lines[0 if done else -1]

    async def close(self) -> None:
        """Stop everything that was started; a build that is broken need not end well."""
        await self.supervisor.stop()
        for one in self.every_process if self._plant else ():
            one.kill()
        await asyncio.to_thread(stop_all, self.every_process)
        self._stop.set()
        if self._serving:
            await self._serving
        await self.stack.stop()
        await self.proxies.close()
        self.disk.unmount()

    def _environment(self, owner: str, first: Serving) -> dict[str, str]:
        copies = str(min(3, self._nodes))
        more = {
            "PYTHONPATH": str(_TESTS),
            "PYTHONFAULTHANDLER": "1",
            "INTERCOOP_TOPIC_REPLICATION": copies,
            **LIMITS,
        }
        wired = self._through_proxies(first.environment) if owner == WIRED else {}
        return {**first.environment, **more, **wired}

    def _through_proxies(self, environment: Mapping[str, str]) -> dict[str, str]:
        there = self.stack.ports.postgres
        return {"INTERCOOP_KAFKA": self._wired_kafka} | {
            name: value.replace(f":{there}/", f":{self.proxies.ports[there]}/")
            for name, value in environment.items()
            if name.endswith("_DATABASE")
        }


def _listening(ports: tuple[int, int], behind: int, wired: int) -> dict[str, str]:
    """A node that listens once more, for those who come through a proxy."""
    port, controller = ports
    plain = f"PLAINTEXT://{LOOPBACK}:{port}"
    return {
        "listeners": f"{plain},WIRED://{LOOPBACK}:{behind},CONTROLLER://{LOOPBACK}:{controller}",
        "advertised.listeners": f"{plain},WIRED://{LOOPBACK}:{wired}",
        "listener.security.protocol.map": (
            "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,WIRED:PLAINTEXT"
        ),
        "inter.broker.listener.name": "PLAINTEXT",
    }


async def _refuse(owner: str, _service: str | None) -> str:
    return f"{owner}: no orders are taken"


async def _nothing() -> Report:
    return Report(kafka=True, postgres=True, processes=[])
