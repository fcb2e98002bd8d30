"""Commands below HTTP: given to the directory's own handlers, a transaction for each."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from random import Random
from typing import Final, TypeAlias
from uuid import UUID

from chaos.tempo import Tempo
from chaos.testbed import Testbed
from intercoop_chassis.errors import StaleVersionError
from intercoop_chassis.postgres import AtHome, Database, Transaction, is_transient
from intercoop_chassis.versions import Expected
from intercoop_directory.organisations.domain.organisation import Organisation
from intercoop_directory.organisations.handlers import OrganisationDraft, amend
from intercoop_directory.organisations.store import own as organisations
from intercoop_directory.people import store as people
from intercoop_directory.people.domain import Person, PersonRecord
from intercoop_directory.people.handlers import amend_person, register_person
from testkit.ids import new_id

PEOPLE: Final = 60
"""People of an owner who do nothing but change."""
_ORGANISATIONS_OF: Final = 0.1
"""How many of the commits change organisations, which eight databases follow; the others are of
people, whom two follow."""
_NEWCOMERS_OF: Final = 0.1
"""How many of the commits are of people who come and never change: nothing later mends their loss."""
_PAUSE_S: Final = 0.2
_COUNTED: Final = "Exemple "

_Known: TypeAlias = Organisation | Person
_Count: TypeAlias = Callable[[_Known | None, UUID, int, Transaction], Awaitable[_Known]]


@dataclass(slots=True)
class Counted:
    """The number that each organisation and person reached at least, as was answered."""

    reached: dict[UUID, int] = field(default_factory=dict)
    newcomers: defaultdict[str, list[UUID]] = field(default_factory=lambda: defaultdict(list))
    commits: int = 0


class Writer:
    """Counts up some organisations and people of an owner, and registers more, one at a time."""

    def __init__(
        self,
        db: Database,
        owner: str,
        those: Sequence[UUID],
        them: Sequence[UUID],
        chance: Random,
    ) -> None:
        self._db = db
        self._owner = owner
        self._organisations = those
        self._people = them
        self._chance = chance
        self._known: dict[UUID, _Known] = {}

    async def run(self, turns: AsyncIterator[None], said: Counted) -> None:
        """Commit at each turn; what was committed stands in `said`."""
        counter = 0
        async for _ in turns:
            counter += 1
            drawn = self._chance.random()
            if drawn < _NEWCOMERS_OF:
                how, one = newcomer, new_id(self._owner)
                said.newcomers[self._owner].append(one)
            elif drawn < _NEWCOMERS_OF + _ORGANISATIONS_OF:
                how, one = count_organisation, self._chance.choice(self._organisations)
            else:
                how, one = count_person, self._chance.choice(self._people)
            if await self._committed(how, one, counter):
                said.reached[one] = counter
                said.commits += 1
            else:
                await asyncio.sleep(_PAUSE_S)
        await self._db.close()

    async def _committed(self, how: _Count, one: UUID, counter: int) -> bool:
        """Whether it was answered; whoever was not answered looks anew before the next change."""
        known = self._known.pop(one, None)
        try:
            self._known[one] = await self._db.command(lambda tx: how(known, one, counter, tx))
        except Exception as error:
            if not isinstance(error, StaleVersionError) and not is_transient(error):
                raise
            return False
        return True


def writing(
    testbed: Testbed,
    seed: str,
    owner: str,
    subjects: tuple[Sequence[UUID], Sequence[UUID]],
    tempo: Tempo,
    said: Counted,
    stop: asyncio.Event,
) -> Iterator[Awaitable[None]]:
    """Writers of an owner, as many as the tempo wants: each has its organisations and people."""
    those, them = subjects
    owners = testbed.commanding
    count = tempo.writers(of=len(owners), at_most=min(len(those), len(them)))
    for one in range(count):
        turns = tempo.turns(owners.index(owner), of=len(owners), writers=count, stop=stop)
        chance = Random(f"{seed} {owner} {one}")
        db = _directory(testbed, owner)
        writer = Writer(db, owner, those[one::count], them[one::count], chance)
        yield writer.run(turns, said)


async def quiet_people(testbed: Testbed, owner: str) -> list[UUID]:
    """Register the people who do nothing but change."""
    ids = [new_id(owner) for _ in range(PEOPLE)]
    db = _directory(testbed, owner)

    async def register(tx: Transaction) -> None:
        for one in ids:
            await register_person(_person(0), one, tx)

    await db.command(register)
    await db.close()
    return ids


async def count_organisation(
    known: _Known | None, organisation: UUID, counter: int, tx: Transaction
) -> _Known:
    """Say that an organisation has this many people: never fewer than before."""
    before = known or await organisations.lock(organisation, tx)
    assert isinstance(before, Organisation)
    record = replace(before.record, headcount=counter)
    after = await amend(organisation, _as_of(before), OrganisationDraft(record), tx)
    assert isinstance(after, Organisation), after
    return after


async def count_person(known: _Known | None, person: UUID, counter: int, tx: Transaction) -> _Known:
    """Write a number into a person's name, never a lower one than before."""
    before = known or await people.lock(person, tx)
    assert isinstance(before, Person)
    after = await amend_person(person, _as_of(before), _person(counter), tx)
    assert isinstance(after, Person), after
    return after


async def newcomer(_: _Known | None, person: UUID, counter: int, tx: Transaction) -> _Known:
    """Register somebody who will not change any more."""
    return await register_person(_person(counter), person, tx)


def counted(family_name: str) -> int:
    """The number in a person's name; 0 for those who are not counted."""
    number = family_name.removeprefix(_COUNTED)
    return int(number) if number.isdigit() else 0


def _person(counter: int) -> PersonRecord:
    return PersonRecord("Personne", f"{_COUNTED}{counter}")


def _directory(testbed: Testbed, owner: str) -> Database:
    dsn = testbed.dsn(owner, "directory")
    return Database(dsn, home=AtHome(owner), max_size=1, application_name="chaos")


def _as_of(known: _Known) -> Expected:
    return Expected(frozenset({known.version}))
