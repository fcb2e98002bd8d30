"""The product's own relay and worker, each in a process of its own, as an operator runs them."""

import asyncio
import multiprocessing
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.process import BaseProcess

import structlog
import uvloop

from intercoop_chassis.consumer.worker import Worker
from intercoop_chassis.health import Health
from intercoop_chassis.postgres import Database
from intercoop_chassis.relay import Relay
from intercoop_chassis.relay.messages import Messages
from intercoop_chassis.runner import settle_memory
from intercoop_chassis.settings import Settings
from intercoop_contracts.envelope import source_of
from testkit.things.service import things_service

_WARNING = 30
PROCESSES = multiprocessing.get_context("spawn")


async def relay(settings: Settings, stop: asyncio.Event) -> None:
    source = source_of(settings.network, settings.owner, "things")
    service = things_service(reactions=False)
    messages = Messages(service.publishes[:2], owner=settings.owner, source=source, keyring=None)
    await Relay(settings, "things", messages, Health()).run(stop)


async def worker(settings: Settings, stop: asyncio.Event) -> None:
    service = things_service(reactions=False)
    db = Database(settings.database.get_secret_value(), owner=settings.owner)
    await Worker(settings, service, db, None).run(stop, Health())


@contextmanager
def running(role: str, settings: Settings) -> Iterator[BaseProcess]:
    """Run `relay` or `worker` in a process while the block lasts."""
    process = PROCESSES.Process(target=_main, args=(role, settings.model_dump()))
    process.start()
    try:
        yield process
    finally:
        process.kill()
        process.join()


def _main(role: str, settings: dict[str, object]) -> None:
    settle_memory()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(_WARNING))
    uvloop.run(
        {"relay": relay, "worker": worker}[role](Settings.model_validate(settings), asyncio.Event())
    )
