"""`intercoop up`: the network on this machine, until Ctrl-C."""

import asyncio
import json
import secrets
import signal
import time
from collections.abc import Sequence

import click

from intercoop_chassis.http.server import ListenError, serve_http
from intercoop_chassis.memory import settle_memory
from intercoop_chassis.waiting import pause
from intercoop_local.console import Orders, console
from intercoop_local.first_start import first_start
from intercoop_local.greeting import greeting
from intercoop_local.home import Home
from intercoop_local.instances import Instance
from intercoop_local.made_up.alive import enliven
from intercoop_local.network import Network, Owner
from intercoop_local.platform.errors import PlatformError
from intercoop_local.platform.ports import LOOPBACK, need_free
from intercoop_local.ports import Ports
from intercoop_local.report import Report
from intercoop_local.reporting import report_on
from intercoop_local.services import Shape
from intercoop_local.serving import Serving, stop_all
from intercoop_local.stack import Stack

_LOOK_S = 0.5
_RESTARTS = 5
_AT_ONCE = 3


class Up:
    """A running local network, its console, and the watch over its processes."""

    def __init__(self, stack: Stack) -> None:
        self.stack = stack
        self._word = secrets.token_urlsafe(24)
        self._wanted: dict[Serving, int] = {}
        self._turns = asyncio.Semaphore(_AT_ONCE)
        self._stop = asyncio.Event()
        self._began = time.monotonic()

    async def run(self, owners: Sequence[Owner]) -> None:
        """Start everything, and stay until a signal. Raises `PlatformError`."""
        self._listen_to_signals()
        port = self.stack.ports.console
        need_free(port, "the console", "choose another with INTERCOOP_CONSOLE_PORT")
        app = console(self.stack, Orders(self.join, self.leave, self.report), self._word)
        tasks: list[asyncio.Task[None]] = []
        try:
            await self.stack.start_platform()
            serving = serve_http(app, LOOPBACK, port, self._stop)
            tasks.append(asyncio.create_task(serving, name="console"))
            tasks.append(asyncio.create_task(self._start(owners), name="owners"))
            await self._watch(tasks)
        finally:
            await self._end(tasks)

    async def join(self, slug: str, service: str | None = None) -> str:
        """Start an owner's instance, or one service, and keep it running; returns what to tell."""
        chosen = self._chosen(slug, service)
        began = time.monotonic()
        await self.stack.join(slug, self._first_start, service)
        click.echo(f"  {slug}: {time.monotonic() - began:.1f} s")
        self._wanted |= dict.fromkeys(chosen, 0)
        if service:
            return f"{slug} {service} runs at {chosen[0].url}"
        return f"{slug} runs at {self.stack.instance(slug).url}"

    async def leave(self, slug: str, service: str | None = None) -> str:
        """Stop an owner's instance, or one service; its data stays."""
        chosen = self._chosen(slug, service)
        for one in chosen:
            self._wanted.pop(one, None)
        await asyncio.to_thread(stop_all, chosen)
        named = f"{slug} {service}" if service else slug
        return f"{named} is stopped; `intercoop join {named}` starts it again"

    async def report(self) -> Report:
        """How everything is."""
        return await report_on(self.stack)

    async def _start(self, owners: Sequence[Owner]) -> None:
        """Start the owners' instances, a few at a time. Raises `PlatformError`."""
        self._write_running()
        try:
            async with asyncio.TaskGroup() as group:
                for owner in owners:
                    group.create_task(self._in_turn(owner.slug), name=owner.slug)
        except* (PlatformError, OSError) as errors:
            raise errors.exceptions[0] from None
        click.echo(greeting(self.stack, time.monotonic() - self._began))
        settle_memory()
        if not self.stack.is_empty:
            await self._enliven()

    async def _enliven(self) -> None:
        """Let the samples speak; a network in which they cannot is as good as any."""
        try:
            await enliven(self.stack.home, self.stack.network, self.stack.instances)
        except (PlatformError, OSError) as error:
            click.echo(f"  The samples do not say everything yet: {error}. The next start goes on.")

    async def _in_turn(self, slug: str) -> None:
        async with self._turns:
            await self.join(slug)

    async def _first_start(self, instance: Instance) -> None:
        if not self.stack.is_empty:
            await first_start(instance, self.stack.network)

    async def _watch(self, tasks: Sequence[asyncio.Task[None]]) -> None:
        """Start again what ended by itself; give up on what ends again and again."""
        while not await pause(self._stop, _LOOK_S):
            for task in tasks:
                if task.done():
                    task.result()
            self.stack.addresses.check()
            for one in [one for one in self._wanted if not one.running]:
                self._start_again(one)
            if not (self.stack.kafka.running and self.stack.postgres.running):
                home = self.stack.home.path
                raise PlatformError(f"Apache Kafka or PostgreSQL ended. Their logs are in {home}.")

    def _start_again(self, serving: Serving) -> None:
        self._wanted[serving] += 1
        if self._wanted[serving] > _RESTARTS:
            click.echo(f"  {serving.name} ended {_RESTARTS} times and stays down: {serving.log}")
            del self._wanted[serving]
            return
        click.echo(f"  {serving.name} ended by itself and is started again: {serving.log}")
        serving.start()

    async def _end(self, tasks: Sequence[asyncio.Task[None]]) -> None:
        self._stop.set()
        self.stack.home.running.unlink(missing_ok=True)
        click.echo("Stopping …")
        for one in tasks[1:]:
            one.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self.stack.stop()
        click.echo("Stopped. The next start has everything.")

    def _listen_to_signals(self) -> None:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self._stop.set)

    def _write_running(self) -> None:
        running = {"console": f"http://{LOOPBACK}:{self.stack.ports.console}", "word": self._word}
        path = self.stack.home.running
        path.touch(mode=0o600)
        path.write_text(json.dumps(running))

    def _chosen(self, slug: str, service: str | None) -> Sequence[Serving]:
        """Raises `PlatformError` for a service that does not run by itself."""
        instance = self.stack.instance(slug)
        if service is None:
            return instance.processes
        found = instance.process_of(service)
        if found.services != (service,):
            raise PlatformError(
                f"{service} of {slug} runs in one process with the other services. Name no "
                "service, or start the network with: make up PROCESSES=apart"
            )
        return (found,)


def up(home: Home, network: Network, owners: Sequence[Owner], shape: Shape) -> None:
    """Run the network until Ctrl-C; ends in a sentence when it cannot."""
    try:
        asyncio.run(_up(home, network, owners, shape))
    except (PlatformError, ListenError) as error:
        raise click.ClickException(str(error)) from error
    except OSError as error:
        raise click.ClickException(f"The machine does not let Intercoop work: {error}") from error


async def _up(home: Home, network: Network, owners: Sequence[Owner], shape: Shape) -> None:
    await Up(Stack(home, network, Ports.usual(), click.echo, shape)).run(owners)
