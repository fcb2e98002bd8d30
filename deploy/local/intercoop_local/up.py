"""`intercoop up`: the network on this machine, until Ctrl-C."""

import asyncio
import json
import secrets
import signal
import time
from collections.abc import Sequence

import click
import httpx

from intercoop_chassis.http.server import ListenError, serve_http
from intercoop_local.console import InstanceReport, Orders, Report, console
from intercoop_local.first_start import first_start
from intercoop_local.home import Home
from intercoop_local.instances import Instance
from intercoop_local.issuer import Persona
from intercoop_local.network import Network, Owner
from intercoop_local.platform.errors import PlatformError
from intercoop_local.platform.ports import LOOPBACK, need_free
from intercoop_local.stack import Ports, Stack

_LOOK_S = 0.5
_RESTARTS = 5


class Up:
    """A running local network, its console, and the watch over its instances."""

    def __init__(self, home: Home, network: Network, ports: Ports) -> None:
        self.stack = Stack(home, network, ports, click.echo)
        self._home = home
        self._word = secrets.token_urlsafe(24)
        self._wanted: dict[str, int] = {}
        self._stop = asyncio.Event()

    async def run(self, owners: Sequence[Owner]) -> None:
        """Start everything, and stay until a signal. Raises `PlatformError`."""
        self._listen_to_signals()
        began = time.monotonic()
        need_free(
            self.stack.ports.console, "the console", "choose another with INTERCOOP_CONSOLE_PORT"
        )
        orders = Orders(self.join, self.leave, self.report)
        app = console(self.stack, orders, self._word)
        try:
            self.stack.start_platform()
            serving = asyncio.create_task(
                serve_http(app, LOOPBACK, self.stack.ports.console, self._stop), name="console"
            )
            for owner in owners:
                if not self._stop.is_set():
                    await self.join(owner.slug)
            if not self._stop.is_set():
                self._write_running()
                self._greet(time.monotonic() - began)
            await self._watch()
            await serving
        finally:
            self._stop.set()
            self._home.running.unlink(missing_ok=True)
            click.echo("Stopping …")
            await self.stack.stop()
            click.echo("Stopped. The next start has everything.")

    async def join(self, slug: str) -> str:
        """Start an owner's instance and keep it running; returns what to tell."""
        instance = self.stack.instance(slug)
        if not instance.running:
            click.echo(f"  {slug} …")
            began = time.monotonic()
            await self.stack.join(slug, self._first_start)
            click.echo(f"  {slug}: {time.monotonic() - began:.1f} s")
        self._wanted[slug] = 0
        return f"{slug} runs at {instance.url}"

    async def leave(self, slug: str) -> str:
        """Stop an owner's instance; its data stays."""
        instance = self.stack.instance(slug)
        self._wanted.pop(slug, None)
        await asyncio.to_thread(instance.stop)
        return f"{slug} is stopped; `intercoop join {slug}` starts it again"

    async def report(self) -> Report:
        """How everything is."""
        async with httpx.AsyncClient(timeout=5) as client:
            instances = [await _report(one, client) for one in self.stack.instances.values()]
        return Report(
            kafka=self.stack.kafka.running,
            postgres=self.stack.postgres.running,
            instances=instances,
        )

    async def _first_start(self, instance: Instance) -> None:
        click.echo(f"  {instance.owner.slug}: communes and sample co-operatives …")
        await first_start(instance, self.stack.network)

    async def _watch(self) -> None:
        """Start again what ended by itself; give up on what ends again and again."""
        while not self._stop.is_set():
            for slug in list(self._wanted):
                instance = self.stack.instances[slug]
                if not instance.running:
                    self._start_again(slug, instance)
            if not (self.stack.kafka.running and self.stack.postgres.running):
                raise PlatformError(
                    f"Apache Kafka or PostgreSQL ended. Their logs are in {self._home.path}."
                )
            await asyncio.wait({asyncio.create_task(self._stop.wait())}, timeout=_LOOK_S)

    def _start_again(self, slug: str, instance: Instance) -> None:
        self._wanted[slug] += 1
        if self._wanted[slug] > _RESTARTS:
            click.echo(f"  {slug} ended {_RESTARTS} times and stays down: {instance.log}")
            del self._wanted[slug]
            return
        click.echo(f"  {slug} ended by itself and is started again: {instance.log}")
        instance.start()

    def _listen_to_signals(self) -> None:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self._stop.set)

    def _write_running(self) -> None:
        running = {"console": self.stack.issuer.url, "word": self._word}
        self._home.running.touch(mode=0o600)
        self._home.running.write_text(json.dumps(running))

    def _greet(self, seconds: float) -> None:
        click.echo(f"\nReady after {seconds:.1f} s.\n")
        for instance in self.stack.instances.values():
            click.echo(f"  {instance.owner.name}")
            click.echo(f"    {instance.url}/docs  ·  log: {instance.log}")
        first = next(iter(self.stack.instances))
        personas = ", ".join(persona.value for persona in Persona)
        click.echo(
            f"""
Sign in: the API takes a bearer token. One for each role ({personas}) of each owner:
  .intercoop/venv/bin/intercoop token {first} staff
Staff write in their own instance; any token of the network reads public records.
  .intercoop/venv/bin/intercoop status | join OWNER | stop OWNER
Everything is in {self._home.path}. Stop with Ctrl-C."""
        )


async def _report(instance: Instance, client: httpx.AsyncClient) -> InstanceReport:
    report = InstanceReport(
        owner=instance.owner.slug, url=instance.url, running=instance.running, ready=False
    )
    try:
        answer = (await client.get(f"{instance.url}/health/ready")).json()
    except (httpx.HTTPError, ValueError):
        return report
    problems = [f"{one['name']}: {one['reason']}" for one in answer["checks"] if not one["well"]]
    return report.model_copy(update={"ready": answer["ready"], "problems": problems})


def up(home: Home, network: Network, owners: Sequence[Owner]) -> None:
    """Run the network until Ctrl-C; ends in a sentence when it cannot."""
    try:
        asyncio.run(Up(home, network, Ports.usual()).run(owners))
    except (PlatformError, ListenError) as error:
        raise click.ClickException(str(error)) from error
    except OSError as error:
        raise click.ClickException(f"The machine does not let Intercoop work: {error}") from error
