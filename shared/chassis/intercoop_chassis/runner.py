"""Runs roles of services in one process until told to stop, and drains them."""

import asyncio
import signal
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

import structlog
import uvloop

from intercoop_chassis.clock import system_clock
from intercoop_chassis.consumer.worker import Worker
from intercoop_chassis.context import Context
from intercoop_chassis.health import Health
from intercoop_chassis.http.app import Mounted, create_app
from intercoop_chassis.http.server import serve_http
from intercoop_chassis.jobs.delivering import DeliveryLoop
from intercoop_chassis.jobs.firing import TimerLoop
from intercoop_chassis.kafka.announcements import Announcements
from intercoop_chassis.log import service_logs
from intercoop_chassis.memory import settle_memory
from intercoop_chassis.mounting import mounted
from intercoop_chassis.operating.measures import Measures
from intercoop_chassis.postgres import AtHome, Database
from intercoop_chassis.relay import Relay
from intercoop_chassis.relay.messages import Messages
from intercoop_chassis.service import Service
from intercoop_chassis.settings import Settings, SettingsError
from intercoop_chassis.wire.sealing import keyring_at

DRAIN_S = 20.0

log = structlog.get_logger()

Loop = Callable[[asyncio.Event], Awaitable[None]]


class Role(StrEnum):
    """What a process does for a service; all by default, apart where an operator scales them."""

    API = "api"
    WORKER = "worker"
    RELAY = "relay"
    TIMERS = "timers"


@dataclass(frozen=True, slots=True)
class Instance:
    """A service of this process with its settings, which are of the class that it names."""

    service: Service
    settings: Settings

    def __post_init__(self) -> None:
        if not isinstance(self.settings, self.service.settings):
            raise TypeError(f"{self.service.name} needs {self.service.settings.__name__}")


class LoopEndedError(Exception):
    """An endless task came to its end and nobody had asked for it; the process ends with it."""


class Parts:
    """What one service's roles share in a process."""

    def __init__(
        self,
        instance: Instance,
        health: Health,
        stop: asyncio.Event,
        announcements: Announcements,
    ) -> None:
        self.service, self.settings = instance.service, instance.settings
        self.health = health
        self.announcements = announcements
        self.db = Database(
            self.settings.database.get_secret_value(),
            home=AtHome(self.settings.owner, self.service.subscribers.home, settings=self.settings),
            max_size=self.settings.pool_max,
            application_name=f"intercoop-{self.service.name}",
        )
        self.keyring = keyring_at(self.settings.sealing_keys_file)
        self.context = Context(self.settings, self.db, stop=stop)

    def loops(self, roles: Sequence[Role]) -> dict[str, Loop]:
        """The endless tasks of these roles, by name; HTTP is served for all services at once."""
        name, loops = self.service.name, dict[str, Loop]()
        if set(roles) - {Role.API}:
            loops[f"{name}.measures"] = Measures(
                self.service, self.db, self.health, self.settings
            ).run
        if Role.RELAY in roles and self.service.publishes:
            relay = self._relay()
            self.db.on_published(relay.wake)
            loops[f"{name}.relay"] = _logged(name, relay.run)
        if Role.WORKER in roles and self.service.subscribers:
            worker = Worker(self.settings, self.service, self.db, self.keyring)
            self.announcements.on_announced(worker.hear_of_topics)
            loops[f"{name}.worker"] = _logged(name, lambda stop: worker.run(stop, self.health))
        if Role.TIMERS in roles:
            timers = TimerLoop(self.db, self.service.jobs, system_clock, service=name)
            loops[f"{name}.timers"] = timers.run
        if Role.TIMERS in roles and self.service.jobs.deliveries:
            deliveries = DeliveryLoop(self.context, self.service.jobs, self.health, service=name)
            loops[f"{name}.outgoing"] = deliveries.run
        return loops

    def mounted(self, *, answers: bool) -> Mounted:
        """Its HTTP side; without the role `api`, only health and metrics are served."""
        if answers:
            return mounted(self.service, self.context, self.keyring)
        return Mounted(self.service.name, None, self.context)

    def _relay(self) -> Relay:
        settings, service = self.settings, self.service
        messages = Messages.of(service, settings, self.keyring)
        return Relay(settings, service.name, messages, self.health)


def _logged(service: str, loop: Loop) -> Loop:
    async def run_logged(stop: asyncio.Event) -> None:
        with service_logs(service):
            await loop(stop)

    return run_logged


async def run(instances: Sequence[Instance], roles: Sequence[Role], stop: asyncio.Event) -> None:
    """Run these roles of these services until `stop`, then drain.

    A loop that ends by itself stops the others; its error is raised. Raises `SettingsError` where
    the role `api` has no keys to sign and check tokens with.
    """
    _check_signing(instances, roles)
    health = Health()
    announcements = Announcements(instances[0].settings)
    parts = [Parts(instance, health, stop, announcements) for instance in instances]
    loops: dict[str, Loop] = {}
    for part in parts:
        loops |= part.loops(roles)
    if announcements.are_awaited:
        loops["announcements"] = announcements.run
    settings = parts[0].settings
    app = create_app([part.mounted(answers=Role.API in roles) for part in parts], health)
    loops["http"] = lambda stop: serve_http(app, settings.http_host, settings.http_port, stop)
    settle_memory()
    try:
        await _together(loops, stop)
    finally:
        for part in parts:
            await part.db.close()


def _check_signing(instances: Sequence[Instance], roles: Sequence[Role]) -> None:
    if Role.API in roles and instances[0].settings.signing_keys_file is None:
        raise SettingsError(
            "INTERCOOP_SIGNING_KEYS_FILE is missing and the role api needs it: make a file with "
            f"`intercoop-{instances[0].service.name} signing-key FILE`, and give it to every "
            "process of the instance that answers"
        )


async def _together(loops: dict[str, Loop], stop: asyncio.Event) -> None:
    tasks = [asyncio.create_task(_named(loop, stop), name=name) for name, loop in loops.items()]
    try:
        ended, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        early = () if stop.is_set() else tuple(sorted(task.get_name() for task in ended))
    finally:
        stop.set()
        _, late = await asyncio.wait(tasks, timeout=DRAIN_S)
        for task in late:
            log.warning("drain_cut_short", loop=task.get_name())
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)
    for task in tasks:
        if not task.cancelled() and (error := task.exception()):
            log.error("loop_died", loop=task.get_name(), error=repr(error))
            raise error
    if early:
        raise LoopEndedError(", ".join(early))


async def _named(loop: Loop, stop: asyncio.Event) -> None:
    await loop(stop)


def run_until_signalled(instances: Sequence[Instance], roles: Sequence[Role]) -> None:
    """Run in this process until SIGTERM or SIGINT; a second signal does not wait."""

    async def main() -> None:
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, stop.set)
        await run(instances, roles, stop)

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(main())
