"""A network on this machine: PostgreSQL, Apache Kafka, mails, the issuer's address, instances."""

import asyncio
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable

import httpx

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
from intercoop_local.platform.ports import LOOPBACK
from intercoop_local.platform.postgres import LocalPostgres
from intercoop_local.ports import Ports
from intercoop_local.services import TOGETHER, Group
from intercoop_local.serving import stop_all

Say = Callable[[str], None]
FirstStart = Callable[[Instance], Awaitable[None]]


class Stack:
    """Starts and stops the parts of a local network. Use it in the main thread.

    `groups` says which services of an instance run together, where nothing else is asked for.
    """

    def __init__(
        self,
        home: Home,
        network: Network,
        ports: Ports,
        say: Say,
        groups: tuple[Group, ...] = TOGETHER,
    ) -> None:
        self.home = home
        self.network = network
        self.ports = ports
        self.say = say
        self.groups = groups
        self.issuer = Issuer(home.issuer_key, f"http://{LOOPBACK}:{ports.console}")
        self.postgres = LocalPostgres(home.postgres, ports.postgres)
        self.kafka = LocalKafka(home.kafka, ports.kafka, ports.controller, home.jars)
        self.mail = Mailbox(home.mail)
        self.instances: dict[str, Instance] = {}
        self._mail_server = MailServer(ports.mail, self.mail)
        self._databases = Databases(self.postgres)
        self._broker: asyncio.Task[None] | None = None
        self._turns: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._client = httpx.AsyncClient()

    async def start_platform(self) -> None:
        """PostgreSQL, the mail server and Apache Kafka, which `join` waits for.

        Raises `PlatformError`.
        """
        need_space(self.home.path)
        with self._step("Apache Kafka's jars"):
            fetch(self.home.jars, progress=self._fetching)
        self.kafka.launch()
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
                if self._broker:
                    await asyncio.shield(self._broker)
                instance.start(service)
                await self.until_ready(instance, service)
        return instance

    def instance(self, slug: str, groups: tuple[Group, ...] | None = None) -> Instance:
        """The owner's instance, running or not; `groups` count when it is first asked for.

        Raises `PlatformError` for an unknown owner.
        """
        if slug not in self.instances:
            owner = self.network.owner(slug)
            groups = groups or self.groups
            ports = self.ports.of_instance(self.network.number(slug), len(groups))
            around = Surroundings(
                home=self.home,
                network=self.network.name,
                databases=self._databases,
                kafka=self.kafka.bootstrap,
                issuer=self.issuer.url,
                smtp=self._mail_server.url,
            )
            self.instances[slug] = Instance(owner, dict(zip(groups, ports, strict=True)), around)
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
        servings = [one for instance in self.instances.values() for one in instance.processes]
        await asyncio.to_thread(stop_all, servings)
        self._mail_server.stop()
        await asyncio.to_thread(self.kafka.stop)
        await asyncio.to_thread(self.postgres.stop)
        if self._broker:
            await asyncio.gather(self._broker, return_exceptions=True)

    async def _until_broker(self) -> None:
        with self._step("Apache Kafka"):
            await asyncio.to_thread(self.kafka.until_ready)

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
