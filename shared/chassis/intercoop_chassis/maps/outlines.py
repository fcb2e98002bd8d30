"""The outlines that a page uses: which départements have one, and how far each reaches."""

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Final

from intercoop_chassis.maps.projection import Point

NAME: Final = "france.svg"
"""The file among the assets; a page writes `<use href="…/france.svg#d31">`, or `#fr` for all."""

_PATH: Final = re.compile(r'<path id="d(?P<code>\w+)" d="(?P<steps>[^"]*)"/>')
_NUMBER: Final = re.compile(r"-?\d+")


@cache
def outlines() -> Mapping[str, tuple[tuple[Point, ...], ...]]:
    """By the départements' numbers: the rings of each, corners in km of the map; read once."""
    text = (files("intercoop_chassis.maps") / "assets" / NAME).read_text(encoding="utf-8")
    return {found["code"]: tuple(_rings(found["steps"])) for found in _PATH.finditer(text)}


def corners(departements: Iterable[str]) -> Iterator[Point]:
    """Two opposite corners of what each covers; nothing for those without an outline (overseas)."""
    for code in departements:
        points = [point for ring in outlines().get(code, ()) for point in ring]
        if points:
            yield Point(min(point.x for point in points), min(point.y for point in points))
            yield Point(max(point.x for point in points), max(point.y for point in points))


def _rings(steps: str) -> Iterator[tuple[Point, ...]]:
    for ring in steps.split("z")[:-1]:
        numbers = list(map(int, _NUMBER.findall(ring)))
        x = y = 0
        points: list[Point] = []
        for across, down in zip(numbers[::2], numbers[1::2], strict=True):
            x, y = x + across, y + down
            points.append(Point(x, y))
        yield tuple(points)
