"""The story's stage: a stack of its own, its instances, and a caller for each."""

import asyncio
import shutil

import click

from intercoop_chassis.http.server import serve_http
from intercoop_local.console import Orders, Report, console
from intercoop_local.first_start import load_communes
from intercoop_local.home import Home
from intercoop_local.instances import Instance
from intercoop_local.network import read_network
from intercoop_local.platform.ports import LOOPBACK
from intercoop_local.stack import Ports, Stack
from intercoop_local.story.caller import Caller


class Stage:
    """Starts, kills and starts again; everything lies in `story` under the home."""

    def __init__(self, home: Home) -> None:
        folder = home.path / "story"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        self.stack = Stack(Home(folder), read_network(), Ports.free(), click.echo)
        self.callers: dict[str, Caller] = {}
        self._stop = asyncio.Event()
        self._serving: asyncio.Task[None] | None = None

    async def open(self) -> None:
        self.stack.start_platform()
        app = console(self.stack, Orders(_refuse, _refuse, _nothing), "")
        port = self.stack.ports.console
        self._serving = asyncio.create_task(serve_http(app, LOOPBACK, port, self._stop))

    async def join(self, owner: str) -> Caller:
        """Start an owner's instance, new or not; returns its caller."""
        instance = await self.stack.join(owner, load_communes)
        if owner not in self.callers:
            self.callers[owner] = Caller(instance, self.stack.issuer)
        return self.callers[owner]

    def instance(self, owner: str) -> Instance:
        return self.stack.instance(owner)

    async def close(self) -> None:
        for caller in self.callers.values():
            await caller.close()
        self._stop.set()
        if self._serving:
            await self._serving
        await self.stack.stop()


async def _refuse(owner: str) -> str:
    return f"{owner}: the story takes no orders"


async def _nothing() -> Report:
    return Report(kafka=True, postgres=True, instances=[])
