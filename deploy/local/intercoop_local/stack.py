"""A network on this machine: PostgreSQL, Apache Kafka, mails, instances."""

import asyncio
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Any

import httpx

from intercoop_local import forked
from intercoop_local.addresses import Addresses
from intercoop_local.databases import Databases
from intercoop_local.home import Home
from intercoop_local.instances import READY_S, Instance, Surroundings
from intercoop_local.issuer import Issuer
from intercoop_local.mail import Mailbox, MailServer
from intercoop_local.network import Network
from intercoop_local.platform.disk import need_space
from intercoop_local.platform.errors import PlatformError
from intercoop_local.platform.jars import fetch
from intercoop_local.platform.kafka import LocalKafka
from intercoop_local.platform.postgres import LocalPostgres
from intercoop_local.ports import Ports
from intercoop_local.services import Group, Shape
from intercoop_local.serving import stop_all

if TYPE_CHECKING:
    from intercoop_local.locking import Locking

Say = Callable[[str], None]
FirstStart = Callable[[Instance], Awaitable[None]]


class Stack:
    """Starts and stops the parts of a local network. Use it in the main thread.

    `shape` says which services of an instance run together, where nothing else is asked for.
    """

    def __init__(
        self,
        home: Home,
        network: Network,
        ports: Ports,
        say: Say,
        shape: Shape | None = None,
    ) -> None:
        self.home = home
        self.network = network
        self.ports = ports
        self.say = say
        shape = shape or Shape()
        self.is_empty = shape.empty
        self.groups = shape.groups
        self.issuer = Issuer(home, network.name)
        self.postgres = LocalPostgres(home.postgres, ports.postgres)
        kafka = home.locked_kafka if shape.locked else home.kafka
        self.kafka = LocalKafka(kafka, ports.kafka, ports.controller, home.jars)
        self.locking = _locked(home, self.kafka) if shape.locked else None
        self.mail = Mailbox(home.mail)
        self.instances: dict[str, Instance] = {}
        self.addresses = Addresses()
        self._mail_server = MailServer(ports.mail, self.mail)
        self._databases = Databases(self.postgres)
        self._broker: asyncio.Task[None] | None = None
        self._template: asyncio.Task[None] | None = None
        self._turns: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._client = httpx.AsyncClient()

    async def start_platform(self) -> None:
        """PostgreSQL, mail server, and what `join` waits for: Apache Kafka, the fork server.

        Raises `PlatformError`.
        """
        need_space(self.home.path)
        with self._step("Apache Kafka's jars"):
            fetch(self.home.jars, progress=self._fetching)
        self.kafka.launch()
        loading = asyncio.to_thread(forked.load_template)
        self._template = asyncio.create_task(loading, name="template")
        self._broker = asyncio.create_task(self._until_broker(), name="kafka")
        with self._step("PostgreSQL"):
            self.postgres.start()
        await self._mail_server.start()

    async def join(
        self, slug: str, first_start: FirstStart | None = None, service: str | None = None
    ) -> Instance:
        """Start an owner's instance, or its process that serves this; returns when it is ready.

        Raises `PlatformError`.
        """
        instance = self.instance(slug)
        async with self._turns[slug]:
            if not instance.runs(service):
                await instance.prepare()
                if first_start:
                    await first_start(instance)
                for needed in self._launched:
                    await asyncio.shield(needed)
                if self.locking:
                    await self.locking.admit(slug)
                self.addresses.open(instance)
                instance.start(service)
                await self.until_ready(instance, service)
        return instance

    async def admit_again(self) -> bool:
        """Let every owner in that has an instance; returns whether the network is locked at all.

        Raises `PlatformError`.
        """
        if self.locking is None:
            return False
        for slug in self.instances:
            await self.locking.admit(slug)
        return True

    def instance(self, slug: str, groups: tuple[Group, ...] | None = None) -> Instance:
        """The owner's instance, running or not; `groups` count when it is first asked for.

        Raises `PlatformError` for an unknown owner.
        """
        if slug not in self.instances:
            owner = self.network.owner(slug)
            groups = groups or self.groups
            address, *more = self.ports.of_instance(self.network.number(slug), len(groups))
            ports = dict(zip(groups, more or [address], strict=True))
            around = Surroundings(
                home=self.home,
                network=self.network.name,
                databases=self._databases,
                kafka=self.kafka.bootstrap,
                smtp=self._mail_server.url,
                kafka_access=self.locking.settings_of(slug) if self.locking else {},
                is_empty=self.is_empty,
            )
            self.instances[slug] = Instance(owner, address, ports, around)
        return self.instances[slug]

    async def until_ready(self, instance: Instance, service: str | None = None) -> None:
        """Wait for every process, or this service's. Raises `PlatformError`."""
        give_up = time.monotonic() + READY_S
        while not await instance.ready(self._client, service):
            if time.monotonic() > give_up:
                raise PlatformError(
                    f"The instance {instance.owner.slug} was not ready within {READY_S:.0f} s: "
                    f"{instance.folder}"
                )
            await asyncio.sleep(0.1)

    async def stop(self) -> None:
        """Stop instances, then Apache Kafka, then PostgreSQL."""
        await self._client.aclose()
        await self.addresses.close()
        servings = [one for instance in self.instances.values() for one in instance.processes]
        await asyncio.to_thread(stop_all, servings)
        self._mail_server.stop()
        await asyncio.to_thread(self.kafka.stop)
        await asyncio.to_thread(self.postgres.stop)
        await asyncio.gather(*self._launched, return_exceptions=True)

    def operators_arguments(self) -> Mapping[str, Any]:  # Any: as aiokafka's clients take them
        """How a client reaches Apache Kafka as whoever operates it."""
        locks = self.locking.operator_arguments() if self.locking else {}
        return {"bootstrap_servers": self.kafka.bootstrap, **locks}

    @property
    def _launched(self) -> tuple[asyncio.Task[None], ...]:
        """What `start_platform` began and did not wait for."""
        return tuple(filter(None, (self._broker, self._template)))

    async def _until_broker(self) -> None:
        with self._step("Apache Kafka"):
            await asyncio.to_thread(self.kafka.until_ready)

    def _fetching(self, number: int, of: int) -> None:
        if number % 10 == 0:
            self.say(f"    {number} of {of}")

    def _step(self, what: str) -> "Step":
        return Step(what, self.say)


def _locked(home: Home, kafka: LocalKafka) -> "Locking":
    from intercoop_local.locking import Locking  # noqa: PLC0415  no service's process needs it

    locking = Locking(home, kafka)
    kafka.locks = locking.locks
    return locking


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
