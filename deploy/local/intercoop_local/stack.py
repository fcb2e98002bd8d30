"""A network on this machine: PostgreSQL, Apache Kafka, the issuer's address, and instances."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import httpx

from intercoop_local.home import Home
from intercoop_local.instances import READY_S, Instance, Surroundings
from intercoop_local.issuer import Issuer
from intercoop_local.network import Network
from intercoop_local.platform.disk import need_space
from intercoop_local.platform.errors import PlatformError
from intercoop_local.platform.jars import fetch
from intercoop_local.platform.kafka import LocalKafka
from intercoop_local.platform.ports import LOOPBACK, chosen_port, free_port
from intercoop_local.platform.postgres import LocalPostgres

Say = Callable[[str], None]
FirstStart = Callable[[Instance], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Ports:
    """Where everything listens; instances follow `instances` by their number in the network."""

    console: int
    postgres: int
    kafka: int
    controller: int
    instances: int

    @classmethod
    def usual(cls) -> "Ports":
        """The usual ones; each may be chosen with INTERCOOP_<NAME>_PORT."""
        return cls(
            console=chosen_port("console", 8600),
            postgres=chosen_port("postgres", 8690),
            kafka=chosen_port("kafka", 8692),
            controller=chosen_port("controller", 8693),
            instances=chosen_port("instances", 8600),
        )

    @classmethod
    def free(cls) -> "Ports":
        taken: set[int] = set()
        for _ in range(4):
            taken.add(free_port(taken))
        console, postgres, kafka, controller = taken
        return cls(console, postgres, kafka, controller, instances=0)


class Stack:
    """Starts and stops the parts of a local network. Use it in the main thread."""

    def __init__(self, home: Home, network: Network, ports: Ports, say: Say) -> None:
        self.home = home
        self.network = network
        self.ports = ports
        self.say = say
        self.issuer = Issuer(home.issuer_key, f"http://{LOOPBACK}:{ports.console}")
        self.postgres = LocalPostgres(home.postgres, ports.postgres)
        self.kafka = LocalKafka(home.kafka, ports.kafka, ports.controller, home.jars)
        self.instances: dict[str, Instance] = {}
        self._client = httpx.AsyncClient()

    def start_platform(self) -> None:
        """PostgreSQL and Apache Kafka. Raises `PlatformError`."""
        need_space(self.home.path)
        with self._step("Apache Kafka's jars"):
            fetch(self.home.jars, progress=self._fetching)
        with self._step("PostgreSQL"):
            self.postgres.start()
        with self._step("Apache Kafka"):
            self.kafka.start()

    async def join(self, slug: str, first_start: FirstStart | None = None) -> Instance:
        """Start an owner's instance; returns when it is ready. Raises `PlatformError`."""
        instance = self.instance(slug)
        if instance.running:
            return instance
        is_new = await instance.prepare()
        if is_new and first_start:
            await first_start(instance)
        instance.start()
        await self.until_ready(instance)
        return instance

    def instance(self, slug: str) -> Instance:
        """The owner's instance, running or not. Raises `PlatformError` for an unknown owner."""
        if slug not in self.instances:
            owner = self.network.owner(slug)
            base = self.ports.instances
            port = base + self.network.number(slug) if base else free_port()
            around = Surroundings(
                self.home, self.network.name, self.postgres, self.kafka.bootstrap, self.issuer.url
            )
            self.instances[slug] = Instance(owner, port, around)
        return self.instances[slug]

    async def until_ready(self, instance: Instance) -> None:
        give_up = time.monotonic() + READY_S
        while not await instance.ready(self._client):
            if time.monotonic() > give_up:
                raise PlatformError(
                    f"The instance {instance.owner.slug} was not ready within {READY_S:.0f} s: "
                    f"{instance.log}"
                )
            await asyncio.sleep(0.1)

    async def stop(self) -> None:
        """Stop instances, then Apache Kafka, then PostgreSQL."""
        await self._client.aclose()
        running = [one for one in self.instances.values() if one.running]
        await asyncio.gather(*(asyncio.to_thread(one.stop) for one in running))
        await asyncio.to_thread(self.kafka.stop)
        await asyncio.to_thread(self.postgres.stop)

    def _fetching(self, number: int, of: int) -> None:
        if number % 10 == 0:
            self.say(f"    {number} of {of}")

    def _step(self, what: str) -> "Step":
        return Step(what, self.say)


class Step:
    """Says what begins, and how long it took."""

    def __init__(self, what: str, say: Say) -> None:
        self._what = what
        self._say = say
        self._began = 0.0

    def __enter__(self) -> None:
        self._began = time.monotonic()
        self._say(f"  {self._what} …")

    def __exit__(self, *error: object) -> None:
        if error[0] is None:
            self._say(f"  {self._what}: {time.monotonic() - self._began:.1f} s")
