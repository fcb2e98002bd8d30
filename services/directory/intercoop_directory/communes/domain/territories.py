"""Regions, the départements of each, and where a département's chef-lieu is."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Departement:
    """`number` is INSEE's, `region` a region's number, the position (WGS 84) its chef-lieu's."""

    number: str
    name: str
    region: str
    chef_lieu: str
    lat: float
    lon: float

    @property
    def is_overseas(self) -> bool:
        return self.number.startswith("97")


@dataclass(frozen=True, slots=True)
class Region:
    """A region since 2016: `number` is INSEE's."""

    number: str
    name: str
    departements: tuple[Departement, ...]


class Territories:
    """Every region and département that has communes: those of the métropole, and five overseas."""

    def __init__(self, names: Mapping[str, str], departements: Iterable[Departement]) -> None:
        self._departements = {each.number: each for each in departements}
        of_region: dict[str, list[Departement]] = {number: [] for number in names}
        for each in self._departements.values():
            of_region[each.region].append(each)
        self._regions = {
            number: Region(number, names[number], tuple(found))
            for number, found in of_region.items()
        }

    @property
    def regions(self) -> Sequence[Region]:
        """By number: those overseas come first."""
        return tuple(self._regions.values())

    @property
    def departements(self) -> Sequence[Departement]:
        return tuple(self._departements.values())

    def region(self, number: str) -> Region | None:
        return self._regions.get(number)

    def departement(self, number: str) -> Departement | None:
        return self._departements.get(number)

    def region_of(self, departement: str) -> Region | None:
        """The region that a département (by number) lies in; None for what is none."""
        found = self._departements.get(departement)
        return self._regions[found.region] if found else None
