"""The map beside the list: counts of all France, or the list's own numbers around a place."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from intercoop_chassis.maps.circles import Overview, overview
from intercoop_chassis.maps.detail import Detail, region, surroundings
from intercoop_chassis.maps.places import Counted, Listed, Position, Town
from intercoop_directory.communes.domain import Place, Territories
from intercoop_directory.organisations.domain.facets import Facets
from intercoop_directory.organisations.domain.known import KnownOrganisation
from intercoop_directory.organisations.pages.asked import Asked, Extent

AROUND_A_RECORD_KM: Final = 70


@dataclass(frozen=True, slots=True)
class Country:
    """Where things are: what France is divided into, and which of it is this owner's."""

    territories: Territories
    own: tuple[str, ...]
    home: str

    def departements_beside(self, departement: str | None) -> Collection[str]:
        """Those of the region of one of them; of this owner where none is asked for."""
        first = departement.split()[0] if departement else ""
        if not first or first in self.own:
            return self.own
        found = self.territories.region_of(first)
        return tuple(each.number for each in found.departements) if found else (first,)

    def towns(self) -> list[Town]:
        """Every chef-lieu, by which people find their way."""
        return [
            Town(each.chef_lieu, Position(each.lat, each.lon))
            for each in self.territories.departements
        ]


@dataclass(frozen=True, slots=True)
class Views:
    """The links above the map; one that is not there has nothing to show."""

    shown: Extent
    france: str
    region: str | None
    around: str | None


def shown_extent(asked: Asked, centre: Place | None, own: Collection[str]) -> Extent:
    """What the map shows: what was asked for where it can, else what the list is about."""
    possible = {Extent.FRANCE}
    possible |= {Extent.REGION} if own or asked.departement else set()
    possible |= {Extent.AROUND} if centre else set()
    if asked.extent in possible:
        return asked.extent or Extent.FRANCE
    if centre:
        return Extent.AROUND
    return Extent.REGION if asked.departement else Extent.FRANCE


def views(asked: Asked, shown: Extent, centre: Place | None, own: Collection[str]) -> Views:
    """Where the links above the map lead to."""
    has_region = bool(own or asked.departement)
    return Views(
        shown,
        asked.address(extent=Extent.FRANCE),
        asked.address(extent=Extent.REGION) if has_region else None,
        asked.address(extent=Extent.AROUND) if centre else None,
    )


@lru_cache(maxsize=100)
def france(asked: Asked, facets: Facets, country: Country) -> Overview:
    """A circle for each département, which leads to the list of it, or of those that it joins."""

    def link(members: Sequence[Counted]) -> str:
        return asked.address(departement=" ".join(member.key for member in members), extent=None)

    return overview(
        [_counted(each.value, each.count, country) for each in facets.departements], link
    )


@lru_cache(maxsize=100)
def same_numbers(
    asked: Asked, facets: Facets, country: Country
) -> Sequence[tuple[str, int, str, bool]]:
    """What the circles say, in words: name, count, the list of it, and whether it is one's own."""
    return [
        (
            _name(each.value, country),
            each.count,
            asked.address(departement=each.value, extent=None),
            each.value in country.own,
        )
        for each in facets.departements
    ]


def detail(
    asked: Asked,
    shown: Extent,
    rows: Sequence[KnownOrganisation],
    centre: Place | None,
    country: Country,
) -> Detail:
    """The list's organisations under their numbers; a pin leads to its record."""
    places = [_listed(number, known, country.home) for number, known in enumerate(rows, start=1)]
    if shown is Extent.AROUND and centre:
        around = (position_of(centre.lat, centre.lon) or _PARIS, float(asked.km))
        return surroundings(places, around, _record, country.towns())
    departements = country.departements_beside(asked.departement)
    return region(places, departements, _record, country.towns())


def of_record(known: KnownOrganisation, country: Country) -> Detail | None:
    """A small map of where it is; None where nobody knows, or no map shows it."""
    listed = _listed(1, known, country.home)
    if listed.position is None or listed.point is None:
        return None
    around = (listed.position, float(AROUND_A_RECORD_KM))
    drawn = surroundings([listed], around, _record, country.towns())
    return Detail(drawn.box, drawn.pins, drawn.towns, drawn.unplaced)


def position_of(lat: float | None, lon: float | None) -> Position | None:
    return Position(lat, lon) if lat is not None and lon is not None else None


_PARIS: Final = Position(48.8566, 2.3522)


def _counted(number: str, count: int, country: Country) -> Counted:
    known = country.territories.departement(number)
    position = Position(known.lat, known.lon) if known else None
    return Counted(number, _name(number, country), count, position, number in country.own)


def _name(number: str, country: Country) -> str:
    known = country.territories.departement(number)
    return known.name if known else number


def _listed(number: int, known: KnownOrganisation, home: str) -> Listed:
    commune = known.view.commune
    position = position_of(commune.lat, commune.lon) if commune else None
    return Listed(number, str(known.id), known.view.name, position, known.owner == home)


def _record(members: Sequence[Listed]) -> str:
    """The record of the first; of several the place in the list, where all of them stand."""
    first = members[0]
    return f"/directory/organisations/{first.key}" if len(members) == 1 else f"#o{first.number}"
