"""Three instances in two processes each, on a PostgreSQL and an Apache Kafka of their own."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import httpx

from intercoop_chassis.http.server import serve_http
from intercoop_local.console import Orders, Report, console
from intercoop_local.home import Home
from intercoop_local.instances import Instance
from intercoop_local.issuer import Persona
from intercoop_local.network import read_network
from intercoop_local.platform.kafka_cluster import LocalCluster
from intercoop_local.platform.ports import LOOPBACK, free_port
from intercoop_local.ports import Ports
from intercoop_local.services import NAMES
from intercoop_local.serving import Serving, stop_all
from intercoop_local.stack import Stack
from intercoop_local.story.caller import Staff
from testkit.nodes import until

OWNERS: Final = ("cgscop", "midi-pyrenees", "auvergne")
BEHIND: Final = ("worker", "relay", "timers")
"""The roles of an instance's second process, and of those that join for a while."""

_TESTS: Final = Path(__file__).parents[1]


class Place:
    """Where it happens. `poisoned` are subjects that faults have spoilt on purpose."""

    def __init__(self, folder: Path, *, nodes: int = 3, plant: str | None = None) -> None:
        self.stack = Stack(Home(folder), read_network(), Ports.free(), lambda _: None)
        self.kafka = LocalCluster(folder / "kafka", _ports(nodes), Home(folder).jars)
        self.stack.kafka = self.kafka
        self.poisoned: set[tuple[str, str]] = set()
        self.processes: dict[str, tuple[Serving, ...]] = {}
        self._folder = folder
        self._nodes = nodes
        self._plant = ("--plant", plant) if plant else ()
        self._stop = asyncio.Event()
        self._serving: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """Start everything; returns when every process is ready."""
        await self.stack.start_platform()
        app = console(self.stack, Orders(_refuse, _refuse, _nothing), "")
        port = self.stack.ports.console
        self._serving = asyncio.create_task(serve_http(app, LOOPBACK, port, self._stop))
        for owner in OWNERS:
            instance = self.stack.instance(owner)
            (first,) = instance.processes
            first.environment = self._environment(first)
            first.module = ("chaos.serve", *self._plant)
            await self.stack.join(owner)
            self.processes[owner] = (first, self.further(owner, "second"))
            self.processes[owner][1].start()
        await self.healed()

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
            folder=self._folder / "further" / owner / name,
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
        return Staff(self.instance(owner), self.stack.issuer.token(owner, Persona.STAFF))

    def dsn(self, owner: str, service: str) -> str:
        """A service's database, as the superuser reaches it."""
        return self.stack.postgres.dsn(f"{owner}-{service}")

    async def healed(self, *, within_s: float = 120) -> None:
        """Start what is down, and wait until every process says that it is ready."""
        if not self.stack.postgres.running:
            self.stack.postgres.start()
        self.kafka.launch()
        await asyncio.to_thread(self.kafka.until_ready)
        for one in self.every_process:
            if not one.running:
                one.start()
        async with httpx.AsyncClient() as client:
            for one in self.every_process:

                async def ready(one: Serving = one) -> bool:
                    return await one.ready(client)

                await until(ready, within_s=within_s, what=f"{one.name} ready")

    async def close(self) -> None:
        """Stop everything that was started."""
        await asyncio.to_thread(stop_all, self.every_process)
        self._stop.set()
        if self._serving:
            await self._serving
        await self.stack.stop()

    def _environment(self, first: Serving) -> dict[str, str]:
        copies = str(min(3, self._nodes))
        more = {"PYTHONPATH": str(_TESTS), "INTERCOOP_TOPIC_REPLICATION": copies}
        return {**first.environment, **more}


def _ports(nodes: int) -> list[tuple[int, int]]:
    taken: list[int] = []
    for _ in range(2 * nodes):
        taken.append(free_port(taken))
    return list(zip(taken[:nodes], taken[nodes:], strict=True))


async def _refuse(owner: str, _service: str | None) -> str:
    return f"{owner}: no orders are taken"


async def _nothing() -> Report:
    return Report(kafka=True, postgres=True, processes=[])
