"""The product's own roles, and baselines, each in a process of its own, as an operator runs them."""

import asyncio
import logging
import multiprocessing
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing.process import BaseProcess
from typing import TypeVar

import structlog
import uvloop

from bench.profile import sampled, until_written
from bench.service import bench_service, sealing_service
from intercoop_chassis.consumer.worker import Worker
from intercoop_chassis.health import Health
from intercoop_chassis.postgres import AtHome, Database
from intercoop_chassis.relay import Relay
from intercoop_chassis.relay.messages import Messages
from intercoop_chassis.runner import Instance, Role, run, settle_memory
from intercoop_chassis.settings import Settings
from intercoop_chassis.wire.sealing import keyring_at
from intercoop_contracts.envelope import source_of

T = TypeVar("T")

PROCESSES = multiprocessing.get_context("spawn")


async def relay(settings: Settings, stop: asyncio.Event) -> None:
    source = source_of(settings.network, settings.owner, "things")
    streams = bench_service().publishes[:2]
    messages = Messages(streams, owner=settings.owner, source=source, keyring=None)
    await Relay(settings, "things", messages, Health()).run(stop)


async def worker(settings: Settings, stop: asyncio.Event) -> None:
    db = Database(settings.database.get_secret_value(), home=AtHome(settings.owner))
    await Worker(settings, bench_service(), db, None).run(stop, Health())


async def sealing_relay(settings: Settings, stop: asyncio.Event) -> None:
    keyring = keyring_at(settings.sealing_keys_file)
    source = source_of(settings.network, settings.owner, "things")
    streams = sealing_service().publishes[:2]
    messages = Messages(streams, owner=settings.owner, source=source, keyring=keyring)
    await Relay(settings, "things", messages, Health()).run(stop)


async def opening_worker(settings: Settings, stop: asyncio.Event) -> None:
    db = Database(settings.database.get_secret_value(), home=AtHome(settings.owner))
    keyring = keyring_at(settings.sealing_keys_file)
    await Worker(settings, sealing_service(), db, keyring).run(stop, Health())


async def api(settings: Settings, stop: asyncio.Event) -> None:
    await run([Instance(bench_service(), settings)], [Role.API], stop)


ROLES = {
    "relay": relay,
    "worker": worker,
    "sealing relay": sealing_relay,
    "opening worker": opening_worker,
    "api": api,
}


@contextmanager
def running(role: str, settings: Settings) -> Iterator[BaseProcess]:
    """Run a role in a process while the block lasts."""
    with in_process(_main, role, settings.model_dump()) as process:
        yield process


@contextmanager
def in_process(target: Callable[..., None], *arguments: object) -> Iterator[BaseProcess]:
    process = PROCESSES.Process(target=target, args=arguments)
    process.start()
    try:
        yield process
    finally:
        process.kill()
        process.join()
        until_written(process.pid or 0)


async def alone(work: Callable[..., Awaitable[T]], *arguments: object) -> T:
    """Run this in a process of its own with the product's loop and memory settings.

    Baselines are measured so too: what they have beside them is the same.
    """
    with ProcessPoolExecutor(1, mp_context=PROCESSES) as pool:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(pool, _alone, work, arguments)


def role_in_process(work: Callable[..., Awaitable[None]], *arguments: object) -> None:
    """A peer's role, for `in_process`: with the same loop and memory settings as ours."""
    _alone(work, arguments)


def _alone(work: Callable[..., Awaitable[T]], arguments: tuple[object, ...]) -> T:
    quieten()
    settle_memory()
    with sampled(work.__name__.strip("_")):
        return uvloop.run(_awaited(work, arguments))


async def _awaited(work: Callable[..., Awaitable[T]], arguments: tuple[object, ...]) -> T:
    return await work(*arguments)


def _main(role: str, settings: dict[str, object]) -> None:
    settle_memory()
    quieten()
    with sampled(role):
        uvloop.run(ROLES[role](Settings.model_validate(settings), asyncio.Event()))


def quieten() -> None:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
