"""What the list is asked for, which is all in its address: so a search can be kept and sent on."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from enum import StrEnum
from functools import lru_cache
from typing import Annotated, Final
from urllib.parse import quote_plus

from fastapi import Query

from intercoop_chassis.http.pagination import MAX_CURSOR, PageRequest
from intercoop_chassis.http.texts import SEEN, VISIBLE, Slug
from intercoop_chassis.pages import address
from intercoop_contracts.bounds import DEPARTEMENT_CODE, MAX_COUNT, CommuneCode
from intercoop_contracts.directory import Statute
from intercoop_directory.organisations.store.filters import OrganisationFilters
from intercoop_directory.organisations.store.listing import Order

LIST: Final = "/directory/organisations"
RADII_KM: Final = (10, 25, 50, 100, 150, 250, 500)
USUAL_KM: Final = 50

_NUMBER: Final = DEPARTEMENT_CODE.strip("^$")
_DEPARTEMENTS: Final = f"^{_NUMBER}(?: {_NUMBER}){{0,100}}$"
_TRADE: Final = "^[0-9]{2}(?:[.][0-9]{1,2}[A-Z]?)?$"
_TEXT: Final = rf"^$|{VISIBLE}"


class Extent(StrEnum):
    """How much the map shows."""

    FRANCE = "france"
    REGION = "region"
    AROUND = "around"


class View(StrEnum):
    """What has the width of the page; on a wide screen the list has a map beside it."""

    LIST = "list"
    MAP = "map"


@dataclass(frozen=True, slots=True)
class Asked:
    """The list's address, read. `near` is a place as it was typed, `commune` the one it means.

    `departement` may be several numbers, with blanks between them: a circle of the map joins them.
    """

    q: Annotated[str, Query(max_length=200, pattern=_TEXT), SEEN] = ""
    near: Annotated[str, Query(max_length=100, pattern=_TEXT), SEEN] = ""
    commune: Annotated[CommuneCode | None, Query()] = None
    km: Annotated[int, Query(ge=1, le=1_000)] = USUAL_KM
    owner: Annotated[Slug | None, Query()] = None
    statute: Annotated[Statute | None, Query()] = None
    departement: Annotated[str | None, Query(pattern=_DEPARTEMENTS)] = None
    trade: Annotated[str | None, Query(pattern=_TRADE)] = None
    size: Annotated[int | None, Query(ge=1, le=MAX_COUNT)] = None
    sort: Annotated[Order | None, Query()] = None
    extent: Annotated[Extent | None, Query()] = None
    view: Annotated[View, Query()] = View.LIST

    @property
    def is_narrowed(self) -> bool:
        """Whether anything is asked that may leave organisations out."""
        return replace(self, km=USUAL_KM, sort=None, extent=None, view=View.LIST) != Asked()

    @property
    def has_a_place(self) -> bool:
        return bool(self.near.strip() or self.commune)

    def filters(self, on: date) -> OrganisationFilters:
        """All of it but words and place; memberships are those of the day."""
        return OrganisationFilters(
            on=on,
            owner=self.owner,
            statute=self.statute,
            departement=self.departement,
            trade=self.trade,
            headcount_from=self.size,
        )

    def address(self, **changed: object) -> str:
        """The list with these changed; None takes one away, the page is the first."""
        return address(LIST, {**self.query, **_written(changed)})

    def addresses(self, field: str) -> Callable[[str], str]:
        """The list's address for each value of one parameter: a page has a hundred of them."""
        others = {name: value for name, value in self.query.items() if name != field}
        before = address(LIST, others)
        begins = f"{before}{'&' if '?' in before else '?'}{field}="
        return lambda value: begins + quote_plus(value)

    def export(self) -> str:
        """The same list as a file."""
        return address(f"{LIST}/export.csv", self.query)

    @property
    def query(self) -> Mapping[str, str | None]:
        """The parameters that are not as they are without being said."""
        return _query(self)


@lru_cache(maxsize=100)
def _query(asked: Asked) -> Mapping[str, str | None]:
    usual = Asked()
    said = {field.name: getattr(asked, field.name) for field in fields(asked)}
    return _written({name: value for name, value in said.items() if value != getattr(usual, name)})


@dataclass(frozen=True, slots=True)
class Part:
    """Which part of the list a page shows."""

    limit: Annotated[int, Query(ge=1, le=100)] = 20
    cursor: Annotated[str | None, Query(max_length=MAX_CURSOR)] = None

    @property
    def request(self) -> PageRequest:
        return PageRequest(self.limit, self.cursor)


def _written(values: dict[str, object]) -> dict[str, str | None]:
    return {name: str(value) if value not in {None, ""} else None for name, value in values.items()}
