"""What the story's chapters share: the stage, what was seen, and kills at chosen moments."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Final, TypeVar

from intercoop_local.story.caller import Caller, Json
from intercoop_local.story.people import Person
from intercoop_local.story.seen import NotSeenError, Seen
from intercoop_local.story.sheets import sheets
from intercoop_local.story.stage import Stage

T = TypeVar("T")

KEPT: Final = 37
HOME: Final = "midi-pyrenees"
NEIGHBOUR: Final = "auvergne"
THIRD: Final = "limousin"

IMPORT: Final = "import"
REGISTRATION: Final = "registration"
WITHDRAWAL: Final = "withdrawal"
MOVE: Final = "move"
ACCEPTANCE: Final = "acceptance"
MOMENTS: Final = (IMPORT, REGISTRATION, WITHDRAWAL, MOVE, ACCEPTANCE)
"""Where a whole instance may be killed while it is asked for something."""

_INTO_THE_REQUEST_S: Final = 0.02

_GRANTED_WITHIN_S: Final = 30.0
_ASK_AGAIN_S: Final = 0.05

_MAIL_WITHIN_S: Final = 90.0
"""A mail that a killed process was about to send is sent again when its lease ends, after 60 s."""

Chapter = Callable[["Story"], Awaitable[None]]


class Story:
    """`summary` is what its last line tells; `told` counts by person and notice."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.seen = Seen()
        self.sheets = sheets(stage.stack.network)
        self.summary: Json = {}
        self.changing = ""

    async def command(self, moment: str, owner: str, ask: Callable[[], Awaitable[T]]) -> T:
        """Ask an instance for something.

        At a chosen moment every process of it is killed while it works, and started again; then
        the same is asked again, as a client does that got no answer.
        """
        if moment not in self.stage.plan.kills:
            return await ask()
        asking = asyncio.ensure_future(ask())
        await asyncio.sleep(_INTO_THE_REQUEST_S)
        self.stage.instance(owner).kill()
        self.seen.step(owner, f"is killed (kill -9) at the {moment}")
        await asyncio.gather(asking, return_exceptions=True)
        await self.stage.join(owner)
        self.seen.step(owner, "is started again, and asked the same again")
        return await ask()

    async def agree(self, what: str, *, within_s: float = 60.0) -> None:
        """Wait until every instance gives the same answer for the whole network."""
        for owner, caller in self.stage.callers.items():

            async def same(owner: str = owner) -> bool:
                home = await self.stage.callers[HOME].read_network()
                there = await self.stage.callers[owner].read_network()
                return len(home) == KEPT and home == there

            if caller.owner != HOME:
                await self.seen.effect(owner, what, same, within_s=within_s)

    async def shows(self, owner: str, headcount: int, what: str) -> None:
        """Wait until an instance shows this headcount of the co-operative that changes."""

        async def look() -> bool:
            return await self.stage.callers[owner].headcount(self.changing) == headcount

        await self.seen.effect(owner, what, look, within_s=60)

    async def change(self, headcount: int) -> None:
        """Change the co-operative in its home."""
        await self.stage.callers[HOME].set_headcount(self.changing, headcount)
        self.seen.step(HOME, f"a co-operative now has {headcount} people")

    async def reads(self, owner: str, path: str, what: str) -> None:
        """Wait until an instance can read this."""

        async def look() -> bool:
            return bool(await self.stage.callers[owner].find(path))

        await self.seen.effect(owner, what, look)

    async def eventually(
        self, caller: Caller, what: str, ask: Callable[[], Awaitable[Json]]
    ) -> Json:
        """Ask until it is granted, because something it needs is on its way; returns the answer."""
        granted: list[Json] = []

        async def look() -> bool:
            try:
                granted.append(await ask())
            except NotSeenError:
                return False
            return True

        await self.seen.effect(caller.owner, what, look)
        return granted[0]

    async def granted(self, ask: Callable[[], Awaitable[Json]]) -> Json:
        """Ask again while it is refused, as `eventually`, but let an instance that is down show."""
        deadline = time.monotonic() + _GRANTED_WITHIN_S
        while True:
            try:
                return await ask()
            except NotSeenError:
                if time.monotonic() > deadline:
                    raise
            await asyncio.sleep(_ASK_AGAIN_S)

    async def is_told(self, person: Person, kind: str, about: str, what: str) -> None:
        """Wait until somebody has been told something, in the application and by mail."""

        async def in_the_application() -> bool:
            return (await person.told(about))[kind] > 0

        async def by_mail() -> bool:
            return person.mailed(about).total() >= (await person.told(about)).total()

        await self.seen.effect(person.owner, what, in_the_application)
        await self.seen.effect(person.owner, "  and by mail", by_mail, within_s=_MAIL_WITHIN_S)
