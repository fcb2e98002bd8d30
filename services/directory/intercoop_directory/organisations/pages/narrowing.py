"""What narrows the list: the choices of each facet, and those that are on, with their way back."""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Final

from intercoop_directory.communes.domain import Territories
from intercoop_directory.organisations.domain.facets import Facet, Facets
from intercoop_directory.organisations.pages.asked import Asked
from intercoop_directory.trades.domain import Nomenclature

SHOWN: Final = 6
"""So many choices of a facet are there at once, the others after a click."""

_MOST: Final = 110
"""More than there are départements."""

Name = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Choice:
    """A value of a facet: what it is called, how many it leaves, and where it leads."""

    value: str
    name: str
    count: int
    href: str
    is_on: bool


@dataclass(frozen=True, slots=True)
class Narrowing:
    """A facet: `field` is the parameter, the choices most frequent first."""

    field: str
    choices: tuple[Choice, ...]

    @property
    def first(self) -> tuple[Choice, ...]:
        return self.choices[:SHOWN]

    @property
    def others(self) -> tuple[Choice, ...]:
        return self.choices[SHOWN:]


@dataclass(frozen=True, slots=True)
class Names:
    """What values are called. Owners are named as they name themselves, else by their slug.

    `brief` are their names where several stand beside each other.
    """

    owners: Mapping[str, str]
    territories: Territories
    trades: Nomenclature
    brief: Mapping[str, str] = field(default_factory=dict)

    @property
    def key(self) -> Hashable:
        """What tells these names from others: those of owners change."""
        return tuple(sorted(self.owners.items()))

    def of(self, field: str, value: str) -> str:
        """The name of a value; texts in the visitor's language are the template's business."""
        match field:
            case "owner":
                return self.brief.get(value) or self.owners.get(value) or value
            case "departement":
                return ", ".join(map(self._departement, value.split()))
            case "trade":
                return self.trades.label(value) or value
        return value

    def _departement(self, number: str) -> str:
        known = self.territories.departement(number)
        return f"{known.name} ({number})" if known else number


def narrowings(asked: Asked, facets: Facets, names: Names) -> tuple[Narrowing, ...]:
    """Every facet that has something to choose from."""
    found = {
        "owner": facets.owners,
        "statute": facets.statutes,
        "departement": facets.departements,
        "size": facets.sizes,
        "trade": facets.sectors,
    }
    all_of_them = (_narrowing(asked, field, values, names) for field, values in found.items())
    return tuple(narrowing for narrowing in all_of_them if narrowing.choices)


def active(asked: Asked, names: Names) -> Sequence[tuple[str, str, str, str]]:
    """The filters that are on: parameter, value, what that is called, and the list without it."""
    on = {
        "owner": asked.owner,
        "statute": asked.statute,
        "departement": asked.departement,
        "size": asked.size,
        "trade": asked.trade,
    }
    return [
        (field, str(value), names.of(field, str(value)), asked.address(**{field: None}))
        for field, value in on.items()
        if value is not None
    ]


def _narrowing(asked: Asked, field: str, values: Iterable[Facet], names: Names) -> Narrowing:
    chosen = getattr(asked, field)
    on = "" if chosen is None else str(chosen)
    address, without = asked.addresses(field), asked.address(**{field: None})
    choices = [
        Choice(
            value=facet.value,
            name=names.of(field, facet.value),
            count=facet.count,
            href=without if facet.value == on else address(facet.value),
            is_on=facet.value == on,
        )
        for facet in islice(values, _MOST)
    ]
    return Narrowing(field, tuple(choices))
