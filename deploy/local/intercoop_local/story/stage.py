"""The story's stage: a stack of its own, its instances, and a caller for each."""

import asyncio
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial

import click

from intercoop_chassis.auth import Role
from intercoop_chassis.http.server import serve_http
from intercoop_local.console import Orders, console
from intercoop_local.home import Home
from intercoop_local.instances import Instance
from intercoop_local.network import read_network
from intercoop_local.platform.ports import LOOPBACK
from intercoop_local.ports import Ports
from intercoop_local.report import Report
from intercoop_local.services import Group, Shape, with_alone
from intercoop_local.stack import Stack
from intercoop_local.story.caller import Staff
from intercoop_local.story.people import Card, Person


@dataclass(frozen=True, slots=True)
class Plan:
    """How the story is played: services in processes, one left out, moments to kill at, chapters.

    `apart` are owners whose notifications run in a process of their own.
    """

    shape: Shape = field(default_factory=Shape)
    without: str | None = None
    kills: frozenset[str] = frozenset()
    only: Sequence[str] = ()
    apart: frozenset[str] = frozenset({"auvergne"})

    def groups_of(self, owner: str) -> tuple[Group, ...]:
        groups = self.shape.groups
        if owner in self.apart:
            groups = with_alone("notifications", groups)
        return with_alone(self.without, groups) if self.without else groups


class Stage:
    """Starts, kills and starts again; everything lies in `story` under the home, but jars."""

    def __init__(self, home: Home, plan: Plan) -> None:
        folder = home.path / "story"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        home.jars.mkdir(exist_ok=True)
        (folder / "jars").symlink_to(home.jars)
        self.plan = plan
        self.stack = Stack(Home(folder), read_network(), Ports.free(), click.echo, plan.shape)
        self.callers: dict[str, Staff] = {}
        self.people: list[Person] = []
        self._stop = asyncio.Event()
        self._serving: asyncio.Task[None] | None = None

    async def open(self) -> None:
        await self.stack.start_platform()
        app = console(self.stack, Orders(_refuse, _refuse, _nothing), "")
        port = self.stack.ports.console
        self._serving = asyncio.create_task(serve_http(app, LOOPBACK, port, self._stop))

    async def join(self, owner: str) -> Staff:
        """Start an owner's instance, new or not; returns a caller of its staff."""
        instance = self.instance(owner)
        for group in instance.groups:
            if self.plan.without not in group:
                await self.stack.join(owner, service=group[0])
        if owner not in self.callers:
            tokens = partial(self.stack.issuer.token, owner, Role.STAFF)
            self.callers[owner] = Staff(instance, tokens)
        return self.callers[owner]

    async def register(self, owner: str, name: str, organisation: str, role: str) -> Person:
        """Have an owner's staff register a person with a mandate and an address for mails."""
        number = len(self.people) + 1
        email = f"personne-{number:02}@{owner}.example"
        person = {
            "given_name": name,
            "family_name": "Exemple",
            "mandates": [{"organisation_id": organisation, "role": role, "since": "2020-01-01"}],
            "contact_points": [{"kind": "email", "value": email}],
        }
        made = await self.callers[owner].post("directory/people", person)
        tokens = partial(self.stack.issuer.member_token, owner, made["id"], [organisation])
        card = Card(made["id"], organisation, email)
        self.people.append(Person(self.instance(owner), tokens, card, self.stack.mail))
        return self.people[-1]

    def instance(self, owner: str) -> Instance:
        return self.stack.instance(owner, self.plan.groups_of(owner))

    async def close(self) -> None:
        for caller in (*self.callers.values(), *self.people):
            await caller.close()
        self._stop.set()
        if self._serving:
            await self._serving
        await self.stack.stop()


async def _refuse(owner: str, _service: str | None) -> str:
    return f"{owner}: the story takes no orders"


async def _nothing() -> Report:
    return Report(kafka=True, postgres=True, processes=[])
