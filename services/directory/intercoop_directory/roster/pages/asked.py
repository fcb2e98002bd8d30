"""What the list of people is asked for, which is all in its address."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Annotated, Final
from uuid import UUID

from fastapi import Query
from pydantic import BeforeValidator

from intercoop_chassis.http.pagination import MAX_CURSOR, PageRequest
from intercoop_chassis.http.texts import SEEN, VISIBLE
from intercoop_chassis.pages import address
from intercoop_chassis.postgres import Transaction
from intercoop_contracts.directory import Role
from intercoop_directory.organisations.domain.suggestion import Suggestion
from intercoop_directory.organisations.store.known import names_of
from intercoop_directory.organisations.store.meant import organisation_meant
from intercoop_directory.roster.domain.inviting import MOST_AT_ONCE
from intercoop_directory.roster.domain.listed import AccountState, Question
from intercoop_directory.roster.pages.rendering import LIST

_TEXT: Final = rf"^$|{VISIBLE}"
_MOST_WORDS: Final = 8


def _blank_is_none(value: object) -> object:
    """A form sends its empty choice, too."""
    return value or None


@dataclass(frozen=True, slots=True)
class Asked:
    """The list's address, read. `of` is an organisation as it was typed, `organisation` its id.

    With `every`, all who can be chosen are.
    """

    q: Annotated[str, Query(max_length=200, pattern=_TEXT), SEEN] = ""
    of: Annotated[str, Query(max_length=300, pattern=_TEXT), SEEN] = ""
    organisation: Annotated[UUID | None, Query()] = None
    role: Annotated[Role | None, BeforeValidator(_blank_is_none), Query()] = None
    state: Annotated[AccountState | None, Query()] = None
    every: Annotated[bool, Query()] = False

    @property
    def is_narrowed(self) -> bool:
        """Whether anything is asked that may leave people out."""
        return replace(self, every=False) != Asked()

    def address(self, **changed: object) -> str:
        """The list with these changed; None takes one away, the page is the first."""
        return address(LIST, {**self.query, **_written(changed)})

    def export(self) -> str:
        """The same list as a file."""
        return address(f"{LIST}/export.csv", {**self.query, "every": None})

    @property
    def query(self) -> Mapping[str, str | None]:
        """The parameters that are not as they are without being said."""
        usual = Asked()
        said = {field.name: getattr(self, field.name) for field in fields(self)}
        return _written(
            {name: value for name, value in said.items() if value != getattr(usual, name)}
        )


@dataclass(frozen=True, slots=True)
class Part:
    """Which part of the list a page shows: as many as can be invited at once."""

    limit: Annotated[int, Query(ge=1, le=MOST_AT_ONCE)] = MOST_AT_ONCE
    cursor: Annotated[str | None, Query(max_length=MAX_CURSOR)] = None

    @property
    def request(self) -> PageRequest:
        return PageRequest(self.limit, self.cursor)


@dataclass(frozen=True, slots=True)
class Of:
    """The organisation that the list is narrowed to: what the field shows, and its id.

    `candidates` are those that may be meant, where that is unclear.
    """

    text: str = ""
    id: UUID | None = None
    candidates: tuple[Suggestion, ...] = ()

    @property
    def is_unclear(self) -> bool:
        return bool(self.text) and self.id is None


async def of_asked(asked: Asked, tx: Transaction) -> Of:
    """What is typed counts before what an address names."""
    typed = asked.of.strip()
    if typed:
        meant = await organisation_meant(typed, asked.organisation, tx)
        return Of(typed, meant) if isinstance(meant, UUID) else Of(typed, None, tuple(meant))
    if asked.organisation is None:
        return Of()
    names = await names_of([asked.organisation], tx)
    return Of(names.get(asked.organisation, ""), asked.organisation)


def question_of(asked: Asked, of: Of) -> Question:
    words = tuple(asked.q.split()[:_MOST_WORDS])
    return Question(words, of.id, asked.role, asked.state)


def _written(values: Mapping[str, object]) -> dict[str, str | None]:
    return {
        name: ("true" if value is True else str(value)) if value not in {None, "", False} else None
        for name, value in values.items()
    }
