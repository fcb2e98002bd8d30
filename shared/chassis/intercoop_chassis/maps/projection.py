"""Where a position is on the map: Lambert-93, and the map's own kilometres.

Lambert-93 (EPSG:2154) is a conformal conic projection on GRS 80. Constants and formulas are
those of IGN's note NTG 71 (algorithms 1, 3 and 19).
"""

import math
from typing import Final, NamedTuple

_N: Final = 0.7256077650
_C: Final = 11_754_255.426
_X0: Final = 700_000.0
_Y0: Final = 12_655_612.050
_ECCENTRICITY: Final = 0.08181919106
_CENTRAL_MERIDIAN: Final = math.radians(3)

WEST: Final = 99_000.0
NORTH: Final = 7_111_000.0
WIDTH: Final = 1_144
HEIGHT: Final = 1_065
"""The sheet on which the outlines are drawn: its upper left corner in metres, its size in km."""

_SOUTHERNMOST: Final = 41.0
_NORTHERNMOST: Final = 51.6
_WESTERNMOST: Final = -5.5
_EASTERNMOST: Final = 10.0


class Point(NamedTuple):
    """A point of the map: kilometres from the sheet's upper left corner, `y` grows southwards."""

    x: float
    y: float


def lambert93(lat: float, lon: float) -> tuple[float, float]:
    """Easting and northing in metres of a position in degrees (WGS 84); not for the poles."""
    phi, gamma = math.radians(lat), _N * (math.radians(lon) - _CENTRAL_MERIDIAN)
    sine = _ECCENTRICITY * math.sin(phi)
    conformal = ((1 - sine) / (1 + sine)) ** (_ECCENTRICITY / 2)
    radius = _C * (math.tan(math.pi / 4 + phi / 2) * conformal) ** -_N
    return _X0 + radius * math.sin(gamma), _Y0 - radius * math.cos(gamma)


def on_map(lat: float, lon: float) -> Point:
    """The point of a position in degrees (WGS 84), whether it is on the sheet or beside it."""
    easting, northing = lambert93(lat, lon)
    return Point((easting - WEST) / 1000, (NORTH - northing) / 1000)


def is_metropolitan(lat: float, lon: float) -> bool:
    """Whether a position is in or around metropolitan France: the map is true there alone."""
    return _SOUTHERNMOST <= lat <= _NORTHERNMOST and _WESTERNMOST <= lon <= _EASTERNMOST
