"""Numbered pins: those that overlap are moved apart or joined, and each stays inside the figure."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

from intercoop_chassis.maps.boxes import Box
from intercoop_chassis.maps.places import Listed, ListedLink
from intercoop_chassis.maps.projection import Point

_RADIUS_PX: Final = 7.5
_LETTER_PX: Final = 5.0
_EDGES_PX: Final = 6.0
_ONE_PLACE: Final = 0.5
"""Pins whose places are nearer than so many radii are joined: they could not be told apart."""

_TETHER: Final = 2.5
"""No pin is moved further than so many radii."""

_ROUNDS: Final = 12
_STILL_OVERLAPS: Final = 0.75
"""Of the distance at which two pins are apart: nearer after all rounds, they are joined."""

_LONGEST: Final = 8
"""Letters in a pin; more numbers are cut short."""


@dataclass(frozen=True, slots=True)
class Pin:
    """A pin at (`x`, `y`) for what lies at `place`; lengths in km of the map.

    `half_width` is more than `r` where it holds several numbers.
    """

    x: float
    y: float
    r: float
    half_width: float
    place: Point
    members: tuple[Listed, ...]
    href: str = ""

    @property
    def text(self) -> str:
        return numbers_in_short([member.number for member in self.members])

    @property
    def label(self) -> str:
        return ", ".join(member.label for member in self.members)

    @property
    def is_own(self) -> bool:
        """Whether any of it is."""
        return any(member.is_own for member in self.members)

    @property
    def is_moved(self) -> bool:
        """Whether its place lies outside of it, so that a line has to lead there."""
        return math.hypot(self.x - self.place.x, self.y - self.place.y) > self.r


def numbers_in_short(numbers: Sequence[int]) -> str:
    """The numbers in order, neighbours as a range (`1 to 3, 7`); cut short with `…`."""
    ordered = sorted(numbers)
    starts = [ordered[0], *(after for before, after in pairwise(ordered) if after > before + 1)]
    ends = [*(before for before, after in pairwise(ordered) if after > before + 1), ordered[-1]]
    runs = [_run(start, end) for start, end in zip(starts, ends, strict=True)]
    text = ", ".join(runs)
    while len(text) > _LONGEST and len(runs) > 1:
        runs = runs[:-1]
        text = ", ".join(runs) + "…"
    return text


def _run(start: int, end: int) -> str:
    if start == end:
        return str(start)
    return f"{start}, {end}" if end == start + 1 else f"{start}\N{EN DASH}{end}"


def pins_of(places: Sequence[Listed], box: Box, link: ListedLink) -> tuple[Pin, ...]:
    """Pins for all places that the map can show, in the order of their first numbers."""
    pins = _joined(
        [_pin([place], point, box) for place in places if (point := place.point)], box, _ONE_PLACE
    )
    while True:
        apart = _moved_apart(pins, box)
        crowded = next(_crowded(apart), None)
        if crowded is None:
            return tuple(replace(pin, href=link(pin.members)) for pin in apart)
        one, other = (pins[index] for index in crowded)
        rest = [pin for index, pin in enumerate(pins) if index not in crowded]
        pins = _in_order([*rest, _union(one, other, box)])


def _pin(members: Sequence[Listed], place: Point, box: Box) -> Pin:
    ordered = tuple(sorted(members, key=lambda member: member.number))
    unit = box.km_per_px
    radius = _RADIUS_PX * unit
    letters = len(numbers_in_short([member.number for member in ordered]))
    half_width = max(radius, (letters * _LETTER_PX + _EDGES_PX) / 2 * unit)
    if letters <= len("99"):
        half_width = radius
    x, y = box.inside(place.x, place.y, half_width)
    return Pin(x, y, radius, half_width, place, ordered)


def _joined(pins: Sequence[Pin], box: Box, radii: float) -> list[Pin]:
    """One pin for those whose places are nearer to a first one than so many radii."""
    groups: list[list[Pin]] = []
    for pin in _in_order(pins):
        near = (group for group in groups if _distance(group[0], pin) < radii * pin.r)
        group = next(near, None)
        if group is None:
            groups.append([pin])
        else:
            group.append(pin)
    return [_pin([pin.members[0] for pin in group], group[0].place, box) for group in groups]


def _distance(one: Pin, other: Pin) -> float:
    return math.hypot(one.place.x - other.place.x, one.place.y - other.place.y)


def _union(one: Pin, other: Pin, box: Box) -> Pin:
    share = len(other.members) / (len(one.members) + len(other.members))
    place = Point(
        one.place.x + share * (other.place.x - one.place.x),
        one.place.y + share * (other.place.y - one.place.y),
    )
    return _pin((*one.members, *other.members), place, box)


def _in_order(pins: Sequence[Pin]) -> list[Pin]:
    return sorted(pins, key=lambda pin: pin.members[0].number)


def _moved_apart(pins: Sequence[Pin], box: Box) -> list[Pin]:
    """The same pins, pushed from each other as far as their tethers and the box let them."""
    moved = list(pins)
    for _ in range(_ROUNDS):
        overlapping = list(_overlapping(moved))
        if not overlapping:
            break
        for first, second in overlapping:
            moved[first], moved[second] = _pushed(moved[first], moved[second], box)
    return moved


def _overlapping(pins: Sequence[Pin]) -> Iterator[tuple[int, int]]:
    """Pairs of places in the sequence, found from west to east."""
    order = sorted(range(len(pins)), key=lambda index: pins[index].x - pins[index].half_width)
    for rank, first in enumerate(order):
        east = pins[first].x + pins[first].half_width
        for second in order[rank + 1 :]:
            if pins[second].x - pins[second].half_width > east:
                break
            if _nearness(pins[first], pins[second]) < 1:
                yield first, second


def _nearness(one: Pin, other: Pin) -> float:
    """1 where two pins touch, 0 where one lies on the other."""
    across = (other.x - one.x) / (one.half_width + other.half_width)
    return math.hypot(across, (other.y - one.y) / (one.r + other.r))


def _pushed(one: Pin, other: Pin, box: Box) -> tuple[Pin, Pin]:
    """Both, apart by half of what is missing each; one above the other where they coincide."""
    nearness = _nearness(one, other)
    if nearness == 0:
        half = 0.0, one.r
    else:
        missing = (1 / nearness - 1) / 2
        half = (other.x - one.x) * missing, (other.y - one.y) * missing
    return _shifted(one, -half[0], -half[1], box), _shifted(other, *half, box)


def _shifted(pin: Pin, across: float, down: float, box: Box) -> Pin:
    x, y = pin.x + across - pin.place.x, pin.y + down - pin.place.y
    reach = math.hypot(x, y)
    longest = _TETHER * pin.r
    if reach > longest:
        x, y = x * longest / reach, y * longest / reach
    x, y = box.inside(pin.place.x + x, pin.place.y + y, pin.half_width)
    return replace(pin, x=x, y=y)


def _crowded(pins: Sequence[Pin]) -> Iterator[tuple[int, int]]:
    for pair in _overlapping(pins):
        if _nearness(pins[pair[0]], pins[pair[1]]) < _STILL_OVERLAPS:
            yield pair
