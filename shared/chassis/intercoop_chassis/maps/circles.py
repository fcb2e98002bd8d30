"""The map of all France: each count is a circle's area, and circles that touch are joined."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from intercoop_chassis.maps.boxes import FRANCE, Box
from intercoop_chassis.maps.places import Counted, CountedLink
from intercoop_chassis.maps.projection import Point

_GREATEST_KM: Final = 26.0
"""The radius of the greatest count before circles are joined."""

_OF_ONE_KM: Final = 13.0
"""The radius of a count of one where all counts are small; what is drawn holds its number."""

_SMALLEST_KM: Final = 4.5
"""Smaller would not be seen: below it the area says no longer how many."""

_APART_KM: Final = 1.0
_DIGIT_KM: Final = 11.0
_EDGES_KM: Final = 6.0
_HEIGHT_KM: Final = 22.0
_SMALL_KM: Final = 20.0
_SMALL_DIGIT_KM: Final = 15.0


@dataclass(frozen=True, slots=True)
class Circle:
    """Centre and radius in km of the map; `members` are what it joins, the greatest first."""

    x: float
    y: float
    r: float
    members: tuple[Counted, ...]
    href: str = ""

    @property
    def count(self) -> int:
        return sum(member.count for member in self.members)

    @property
    def is_own(self) -> bool:
        """Whether at least half of what it counts is."""
        return 2 * sum(member.count for member in self.members if member.is_own) >= self.count

    @property
    def is_numbered(self) -> bool:
        """Whether its number has room in it."""
        width = len(str(self.count)) * _DIGIT_KM + _EDGES_KM
        return max(width, _HEIGHT_KM) <= 2 * self.r

    @property
    def is_small(self) -> bool:
        """Whether its number has no room any more where the figure is narrow and letters larger."""
        return self.r < max(_SMALL_KM, len(str(self.count)) * _SMALL_DIGIT_KM)

    @property
    def label(self) -> str:
        """Each place with its count: `Paris 84, Hauts-de-Seine 66`."""
        return ", ".join(f"{member.label} {member.count}" for member in self.members)


@dataclass(frozen=True, slots=True)
class CountLink:
    """A count that no map of metropolitan France shows, as a link beside it."""

    label: str
    count: int
    href: str


@dataclass(frozen=True, slots=True)
class Overview:
    """All France: circles, the greatest first, and the counts overseas or without a position."""

    box: Box
    circles: tuple[Circle, ...]
    elsewhere: tuple[CountLink, ...]


def overview(counts: Sequence[Counted], link: CountedLink) -> Overview:
    """The map of these counts; a count of nothing is not drawn."""
    there = [count for count in counts if count.count > 0]
    placed = [(count, point) for count in there if (point := count.point)]
    beside = [count for count in there if count.point is None]
    scale = _scale(there)
    circles = _joined((_circle([count], point, scale) for count, point in placed), scale)
    return Overview(
        FRANCE,
        tuple(_linked(circle, link) for circle in circles),
        tuple(CountLink(count.label, count.count, link([count])) for count in beside),
    )


def _scale(counts: Sequence[Counted]) -> float:
    """Kilometres of radius for the square root of a count."""
    greatest = max((count.count for count in counts if count.point), default=1)
    return min(_OF_ONE_KM, _GREATEST_KM / math.sqrt(greatest))


def _circle(members: Iterable[Counted], centre: Point, scale: float) -> Circle:
    ordered = tuple(sorted(members, key=lambda member: (-member.count, member.label)))
    radius = scale * math.sqrt(sum(member.count for member in ordered))
    return Circle(centre.x, centre.y, max(radius, _SMALLEST_KM), ordered)


def _joined(circles: Iterable[Circle], scale: float) -> list[Circle]:
    """Circles of which no two touch, the greatest first."""
    waiting = sorted(circles, key=lambda circle: circle.count)
    apart: list[Circle] = []
    while waiting:
        circle = waiting.pop()
        touched = next((other for other in apart if _touch(circle, other)), None)
        if touched is None:
            apart.append(circle)
            continue
        apart.remove(touched)
        waiting.append(_union(touched, circle, scale))
    return sorted(apart, key=lambda circle: -circle.count)


def _touch(one: Circle, other: Circle) -> bool:
    return math.hypot(one.x - other.x, one.y - other.y) < one.r + other.r + _APART_KM


def _union(one: Circle, other: Circle, scale: float) -> Circle:
    """The circle of both counts, where their weights balance."""
    share = other.count / (one.count + other.count)
    centre = Point(one.x + share * (other.x - one.x), one.y + share * (other.y - one.y))
    return _circle((*one.members, *other.members), centre, scale)


def _linked(circle: Circle, link: CountedLink) -> Circle:
    return Circle(circle.x, circle.y, circle.r, circle.members, link(circle.members))
