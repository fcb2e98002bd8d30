"""Help between co-operatives: somebody asks, neighbours offer or decline, offers are accepted."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from random import Random
from typing import Final
from uuid import uuid4

from chaos.hostile import HOSTILE
from chaos.tempo import Tempo
from intercoop_local.story.caller import Json
from intercoop_local.story.people import Person

Insist = Callable[[Callable[[], Awaitable[Json]]], Awaitable[Json | None]]

_PATIENCE: Final = 12
_LOOK_S: Final = 0.5
_LOOKED_AT: Final = 200
_STRANGERS_OF: Final = 0.1
"""How many of a hostile owner's invitations are answered: there may be any number."""


@dataclass(frozen=True, slots=True)
class Asking:
    """`command` and `look` ask until there is an answer; `people` may be asked for help."""

    people: Sequence[Person]
    command: Insist
    look: Insist
    tempo: Tempo
    stop: asyncio.Event

    async def ask(self, person: Person, chance: Random) -> None:
        """Ask, invite some, and accept what they offer, again and again."""
        while not self.stop.is_set():
            await self.tempo.pause(chance, 2, 6, self.stop)
            organisation = {"organisation_id": person.organisation, "title": "Des locaux"}
            request = await self._post(person, "advice/requests", organisation)
            if request is None:
                continue
            path = f"advice/requests/{request['id']}"
            others = [one.organisation for one in self.people if one is not person]
            asked = {"organisations": chance.sample(others, min(3, len(others)))}
            await self._post(person, f"{path}/invitations", asked)
            await self._accept(person, path)
            if chance.random() < 0.5:
                await self._post(person, f"{path}/close", {"what_helped": "Une place"})

    async def answer(self, person: Person, chance: Random) -> None:
        """Offer or decline whatever one is asked, or keep silent, mostly to a hostile owner."""
        seen: set[str] = set()
        while not self.stop.is_set():
            await self.tempo.pause(chance, 0.5, 1.5, self.stop)
            found = await self.look(lambda: person.get("advice/invitations", limit=_LOOKED_AT))
            fresh = [one for one in found["items"] if one["id"] not in seen] if found else []
            seen |= {one["id"] for one in fresh}
            for one in fresh:
                if one["request"]["owner"] != HOSTILE or chance.random() < _STRANGERS_OF:
                    await self._answer(person, f"advice/invitations/{one['id']}", chance)

    async def _answer(self, person: Person, path: str, chance: Random) -> None:
        match chance.choice(("offer", "offer", "decline", "silence")):
            case "offer":
                await self._post(person, f"{path}/offer", {"text": "Nous en avons."})
            case "decline":
                await self._post(person, f"{path}/decline")

    async def _accept(self, person: Person, path: str) -> None:
        """Accept the first offer that comes within some seconds."""
        for _ in range(_PATIENCE):
            shown = await self.look(lambda: person.get(path))
            offered = [one for one in shown["invitations"] if one["offer"]] if shown else []
            if offered:
                await self._post(person, f"{path}/offers/{offered[0]['id']}/accept")
                return
            if self.stop.is_set():
                return
            await asyncio.sleep(_LOOK_S)

    async def _post(self, person: Person, path: str, body: Json | None = None) -> Json | None:
        key = str(uuid4())
        return await self.command(lambda: person.post(path, body, key=key))
