"""Commands over every instance: as clients give them by HTTP, and many more below it."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from random import Random
from typing import Final
from uuid import UUID, uuid4

from chaos.asking import Asking
from chaos.below import Counted, quiet_people, writing
from chaos.tempo import Tempo
from chaos.testbed import Testbed
from intercoop_chassis.unanswered import UNANSWERED
from intercoop_local.story.caller import Json
from intercoop_local.story.people import Card, Person
from intercoop_local.story.seen import NotSeenError

ORGANISATIONS: Final = 24
PEOPLE: Final = 5
MEETINGS: Final = 4
_PAUSE_S: Final = 0.2
_PLACE: Final = {"commune": "Limoges", "departement": "87", "lat": 45.83, "lon": 1.26}

Ask = Callable[[], Awaitable[Json]]


@dataclass(slots=True)
class Said(Counted):
    """What was answered, all meetings among it: (owner, id)."""

    meetings: list[tuple[str, str]] = field(default_factory=list)
    refused: int = 0


class Load:
    """Gives commands until told to stop; what the answers promised is in `said`.

    `probed` is an organisation of the first owner that is left to the probe.
    """

    def __init__(self, testbed: Testbed, seed: str, tempo: Tempo) -> None:
        self.said = Said()
        self.people: list[Person] = []
        self._testbed = testbed
        self._seed = seed
        self._tempo = tempo
        self._staff = {owner: testbed.staff(owner) for owner in testbed.commanding}
        self._organisations: dict[str, list[str]] = {}
        self._quiet: dict[str, list[UUID]] = {}
        self.probed = ""
        self._stop = asyncio.Event()
        testbed.forgive = self._forgive

    async def prepare(self) -> None:
        """Organisations, people and meetings to begin with."""
        for owner in self._testbed.commanding:
            made = [await self._organisation(owner, number) for number in range(ORGANISATIONS)]
            self._organisations[owner] = [one["id"] for one in made if one]
            self.probed = self.probed or self._organisations[owner].pop()
            self._quiet[owner] = await quiet_people(self._testbed, owner)
            for number in range(PEOPLE):
                self.people.append(await self._person(owner, number))
            for number in range(MEETINGS):
                await self._announce(owner, number)

    async def run(self) -> None:
        """Give commands until `stop`."""
        asking = Asking(self.people, self._insist, self._answered, self._tempo, self._stop)
        tasks = [
            *(task for owner in self._testbed.commanding for task in self._writing(owner)),
            *(self._announce_now_and_then(owner) for owner in self._testbed.commanding),
            *(self._come_and_go(person) for person in self.people),
            *(asking.ask(one, Random(f"{self._seed} {one.id} asks")) for one in self.people),
            *(asking.answer(one, Random(f"{self._seed} {one.id} is asked")) for one in self.people),
        ]
        await asyncio.gather(*tasks)

    def stop(self) -> None:
        self._stop.set()

    def _forgive(self, owner: str) -> None:
        """What this owner's directory has promised went with its database."""
        organisations = map(UUID, self._organisations[owner])
        for one in (*organisations, *self._quiet[owner], *self.said.newcomers[owner]):
            self.said.reached.pop(one, None)

    async def close(self) -> None:
        for caller in (*self._staff.values(), *self.people):
            await caller.close()

    def _writing(self, owner: str) -> Iterator[Awaitable[None]]:
        those = [UUID(one) for one in self._organisations[owner]]
        subjects = those, self._quiet[owner]
        return writing(
            self._testbed, self._seed, owner, subjects, self._tempo, self.said, self._stop
        )

    async def _announce_now_and_then(self, owner: str) -> None:
        chance = Random(f"{self._seed} {owner} meetings")
        number = MEETINGS
        while not self._stop.is_set():
            await self._tempo.pause(chance, 3, 6, self._stop)
            number += 1
            if meeting := await self._announce(owner, number):
                await self._rush(meeting)

    async def _rush(self, meeting: str) -> None:
        """Everybody wants to come, in the same moment."""
        asking = (
            self._insist(lambda one=one, key=key: one.register(meeting, key))
            for one, key in ((one, str(uuid4())) for one in self.people)
        )
        await asyncio.gather(*asking)

    async def _come_and_go(self, person: Person) -> None:
        """Register for meetings anywhere, and withdraw from some."""
        chance = Random(f"{self._seed} {person.id}")
        while not self._stop.is_set():
            await self._tempo.pause(chance, 0.1, 0.6, self._stop)
            _, meeting = chance.choice(self.said.meetings)
            key = str(uuid4())
            made = await self._insist(lambda key=key, to=meeting: person.register(to, key))
            if made and chance.random() < 0.6:
                await self._tempo.pause(chance, 0, 2, self._stop)
                path, key = f"events/registrations/{made['id']}/withdraw", str(uuid4())
                await self._insist(lambda path=path, key=key: person.post(path, key=key))

    async def _announce(self, owner: str, number: int) -> str | None:
        starts = (datetime.now(UTC) + timedelta(days=20 + number % 40)).replace(microsecond=0)
        body = {
            "title": f"Rencontre n° {number} ({owner})",
            "format": "workshop",
            "place": _PLACE,
            "starts": starts.isoformat(),
            "ends": (starts + timedelta(hours=2)).isoformat(),
            "seats": 1 + number % 3,
        }
        key = str(uuid4())
        made = await self._insist(lambda: self._staff[owner].post("events/meetings", body, key=key))
        if made is None:
            return None
        self.said.meetings.append((owner, made["id"]))
        return str(made["id"])

    async def _organisation(self, owner: str, number: int) -> Json | None:
        body, key = _organisation(owner, number), f"{self._seed} {number}"
        path = "directory/organisations"
        return await self._insist(lambda: self._staff[owner].post(path, body, key=key))

    async def _person(self, owner: str, number: int) -> Person:
        organisation = self._organisations[owner][number]
        email = f"chaos-{number}@{owner}.example"
        body = {
            "given_name": f"Personne {number}",
            "family_name": "Exemple",
            "mandates": [
                {"organisation_id": organisation, "role": "manager", "since": "2020-01-01"}
            ],
            "contact_points": [{"kind": "email", "value": email}],
        }
        made = await self._insist(
            lambda: self._staff[owner].post("directory/people", body, key=email)
        )
        assert made, "a person cannot be registered"
        stack = self._testbed.stack
        tokens = partial(stack.issuer.member_token, owner, made["id"], [organisation])
        card = Card(made["id"], organisation, email)
        return Person(self._testbed.instance(owner), tokens, card, stack.mail)

    async def _insist(self, ask: Ask) -> Json | None:
        """Give a command with the same key until there is an answer, as a client does."""
        answer = await self._answered(ask)
        self.said.commits += answer is not None
        return answer

    async def _answered(self, ask: Ask) -> Json | None:
        """Ask until there is an answer; None when it is refused."""
        while True:
            try:
                return await ask()
            except UNANSWERED:
                if self._stop.is_set():
                    return None
                await asyncio.sleep(_PAUSE_S)
            except NotSeenError:
                self.said.refused += 1
                return None


def _organisation(owner: str, number: int) -> Json:
    return {
        "name": f"Atelier {number} ({owner})",
        "statute": "scop",
        "form": "SARL",
        "trade": "43.32A",
        "commune": {"code": "15014", "postcode": "15000"},
        "contact": {"email": f"contact-{number}@{owner}.example"},
        "links": [{"kind": "union", "owner": owner, "since": "2012-03-01"}],
    }
