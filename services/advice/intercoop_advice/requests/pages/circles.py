"""How far around the asker one looks, and the map of those who are there."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from uuid import UUID

from intercoop_advice.neighbours.domain import Candidate, Neighbour, Wanted, rank
from intercoop_chassis.maps.detail import Detail, region, surroundings
from intercoop_chassis.maps.places import Listed, Position, Town
from intercoop_contracts.advice import AdviceRequestView
from intercoop_contracts.advice.requests import MAX_INVITATIONS
from intercoop_contracts.directory import CommuneView


class Circle(StrEnum):
    """Kilometres around the asker, or everybody of whom anything speaks for it."""

    NEAR = "40"
    WIDER = "100"
    WIDE = "300"
    ALL = "all"

    @property
    def km(self) -> float | None:
        return None if self is Circle.ALL else float(self.value)

    def holds(self, candidate: Candidate) -> bool:
        """Whether it is so near; one of which nobody knows where it is, is nowhere near."""
        distance = candidate.distance_km
        return self.km is None or (distance is not None and distance <= self.km)


ENOUGH: Final = 5
"""Where fewer are near, one looks further by itself."""


@dataclass(frozen=True, slots=True)
class Around:
    """Whom a circle shows, the best first, and how many there are in each."""

    circle: Circle
    neighbours: Sequence[Neighbour]
    counts: Sequence[tuple[Circle, int]]


def around(
    request: AdviceRequestView,
    found: Collection[Candidate],
    asked: Circle | None,
    chosen: Collection[UUID],
) -> Around:
    """The circle that is asked for, else the narrowest with enough in it.

    Those that are chosen stay in the list, wherever they are.
    """
    counts = [(circle, sum(map(circle.holds, found))) for circle in Circle]
    usual = next((circle for circle, count in counts if count >= ENOUGH), Circle.ALL)
    circle = asked or usual
    there = [each for each in found if circle.holds(each) or each.cooperative.id in chosen]
    return Around(circle, rank(Wanted.by(request), there, MAX_INVITATIONS), counts)


def detail(request: AdviceRequestView, shown: Around, home: str) -> Detail:
    """The list's numbers around the asker; a pin leads to its place in the list."""
    places = [
        _listed(number, each.candidate, home)
        for number, each in enumerate(shown.neighbours, start=1)
    ]
    centre, km = _position(request.commune), shown.circle.km
    towns = [Town(request.commune.name, centre)] if request.commune and centre else []
    if centre is None or km is None:
        return region(places, (), _place_in_list, towns)
    return surroundings(places, (centre, km), _place_in_list, towns)


def _listed(number: int, candidate: Candidate, home: str) -> Listed:
    cooperative = candidate.cooperative
    position = _position(cooperative.view.commune)
    is_own = cooperative.owner == home
    return Listed(number, str(cooperative.id), cooperative.view.name, position, is_own)


def _position(commune: CommuneView | None) -> Position | None:
    if commune is None or commune.lat is None or commune.lon is None:
        return None
    return Position(commune.lat, commune.lon)


def _place_in_list(members: Sequence[Listed]) -> str:
    return f"#o{members[0].number}"
