"""The part of the map that a figure shows."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from intercoop_chassis.maps.projection import HEIGHT, WIDTH, Point

_MARGIN_KM: Final = 8
_MARGIN_SHARE: Final = 0.07
"""Of the larger side on each side: pins on the edge are wholly inside."""

_LEAST_KM: Final = 90
"""Closer, outlines that are simplified by kilometres would say nothing."""

_FIGURE_PX: Final = 304
_FIGURE_RATIO: Final = 1.1
"""Height by width of the figure beside a list."""


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle of the map, in its kilometres."""

    x: float
    y: float
    width: float
    height: float

    @property
    def view_box(self) -> str:
        return f"{self.x:.1f} {self.y:.1f} {self.width:.1f} {self.height:.1f}"

    @property
    def km_per_px(self) -> float:
        """In a figure beside a list; where a figure is wider, all of it is drawn larger."""
        return self.width / _FIGURE_PX

    def inside(self, x: float, y: float, margin: float) -> tuple[float, float]:
        """The nearest point that is at least `margin` from every edge."""
        return (
            min(max(x, self.x + margin), self.x + self.width - margin),
            min(max(y, self.y + margin), self.y + self.height - margin),
        )


FRANCE: Final = Box(-_MARGIN_KM, -_MARGIN_KM, WIDTH + 2 * _MARGIN_KM, HEIGHT + 2 * _MARGIN_KM)


def box_around(points: Iterable[Point]) -> Box:
    """The smallest one with all points and a margin, never smaller than is worth drawing.

    All of France where there are no points, or where they reach further than it does.
    """
    found = list(points)
    if not found:
        return FRANCE
    west, east = min(point.x for point in found), max(point.x for point in found)
    north, south = min(point.y for point in found), max(point.y for point in found)
    margins = 1 + 2 * _MARGIN_SHARE
    width = max(margins * max(east - west, (south - north) / _FIGURE_RATIO), _LEAST_KM)
    if width > FRANCE.width:
        return FRANCE
    height = width * _FIGURE_RATIO
    return Box((west + east - width) / 2, (north + south - height) / 2, width, height)
