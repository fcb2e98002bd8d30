"""The map beside a list: a region or the surroundings of a place, with numbered pins."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Final

from intercoop_chassis.maps.boxes import Box, box_around
from intercoop_chassis.maps.outlines import corners
from intercoop_chassis.maps.pins import Pin, pins_of
from intercoop_chassis.maps.places import Listed, ListedLink, Position, Town
from intercoop_chassis.maps.projection import Point

_LETTER_PX: Final = 4.2
_LINE_PX: Final = 9.0
_GAP_PX: Final = 4.0


@dataclass(frozen=True, slots=True)
class Ring:
    """A circle in km of the map: what was asked for around a place."""

    x: float
    y: float
    r: float

    @property
    def corners(self) -> tuple[Point, Point]:
        """Those of the square around it."""
        return (
            Point(self.x - self.r, self.y - self.r),
            Point(self.x + self.r, self.y + self.r),
        )


@dataclass(frozen=True, slots=True)
class TownName:
    """A town's point and where its name begins, or ends where `is_left`."""

    x: float
    y: float
    text_x: float
    text_y: float
    name: str
    is_left: bool


@dataclass(frozen=True, slots=True)
class Detail:
    """`unplaced` are those of the list that are overseas, abroad, or without a position."""

    box: Box
    pins: tuple[Pin, ...]
    towns: tuple[TownName, ...]
    unplaced: tuple[Listed, ...]
    ring: Ring | None = None


def region(
    places: Sequence[Listed],
    departements: Collection[str],
    link: ListedLink,
    towns: Sequence[Town] = (),
) -> Detail:
    """The départements (numbers) and every place of the list, whether it is in them or not."""
    box = box_around(chain(corners(departements), _points(places)))
    return _detail(places, box, link, towns)


def surroundings(
    places: Sequence[Listed],
    around: tuple[Position, float],
    link: ListedLink,
    towns: Sequence[Town] = (),
) -> Detail:
    """What lies around a position within so many km; as a region where no map shows it."""
    position, radius_km = around
    centre = position.point
    if centre is None:
        return region(places, (), link, towns)
    ring = Ring(centre.x, centre.y, radius_km)
    box = box_around(chain(ring.corners, _points(places)))
    return _detail(places, box, link, towns, ring)


def _detail(
    places: Sequence[Listed],
    box: Box,
    link: ListedLink,
    towns: Sequence[Town],
    ring: Ring | None = None,
) -> Detail:
    pins = pins_of(places, box, link)
    unplaced = tuple(place for place in places if place.point is None)
    return Detail(box, pins, tuple(_named(towns, box, pins)), unplaced, ring)


def _points(places: Sequence[Listed]) -> Iterator[Point]:
    return (point for place in places if (point := place.point))


@dataclass(frozen=True, slots=True)
class _Area:
    """A rectangle that is taken."""

    west: float
    north: float
    east: float
    south: float

    def meets(self, other: "_Area") -> bool:
        is_beside = self.east < other.west or other.east < self.west
        return not is_beside and self.north < other.south and other.north < self.south


def _named(towns: Sequence[Town], box: Box, pins: Sequence[Pin]) -> Iterator[TownName]:
    """Those whose names cover no pin and no other name, the first ones first."""
    taken = [
        _Area(pin.x - pin.half_width, pin.y - pin.r, pin.x + pin.half_width, pin.y + pin.r)
        for pin in pins
    ]
    for town in towns:
        for name in _ways(town, box):
            area = _area(name, box.km_per_px)
            if _is_inside(area, box) and not any(map(area.meets, taken)):
                taken.append(area)
                yield name
                break


def _ways(town: Town, box: Box) -> Iterator[TownName]:
    """Its name to the right of its point, or to the left."""
    point = town.position.point
    if point is None:
        return
    gap, down = _GAP_PX * box.km_per_px, _LINE_PX / 3 * box.km_per_px
    for is_left in (False, True):
        text_x = point.x - gap if is_left else point.x + gap
        yield TownName(point.x, point.y, text_x, point.y + down, town.name, is_left)


def _area(name: TownName, unit: float) -> _Area:
    """The point and the name."""
    reach = (_GAP_PX + len(name.name) * _LETTER_PX) * unit
    west, east = (name.x - reach, name.x) if name.is_left else (name.x, name.x + reach)
    half = _LINE_PX / 2 * unit
    return _Area(west, name.y - half, east, name.y + half)


def _is_inside(area: _Area, box: Box) -> bool:
    is_across = box.x <= area.west and area.east <= box.x + box.width
    return is_across and box.y <= area.north and area.south <= box.y + box.height
