"""Which square degrees of the globe a circle may touch, numbered as services' `cell_of` in SQL."""

import math
from collections.abc import Sequence
from typing import Final

EARTH_KM: Final = 6371.0088
"""The Earth's mean radius, as in SQL."""

SLACK_KM: Final = 1.0
"""What is on an edge may be written down in either square."""


def cells_around(lat: float, lon: float, radius_km: float) -> Sequence[int]:
    """Every square degree with a position within `radius_km` (WGS 84, great-circle)."""
    angle = (radius_km + SLACK_KM) / EARTH_KM
    reach, width = math.degrees(angle), _width(lat, angle)
    south, north = max(-90, math.floor(lat - reach)), min(90, math.floor(lat + reach))
    columns = range(math.floor(lon - width), math.floor(lon + width) + 1)
    numbers = sorted({(column + 540) % 360 for column in columns})
    return [row * 360 + number for row in range(south, north + 1) for number in numbers]


def _width(lat: float, angle: float) -> float:
    """How many degrees of longitude a circle spans on either side; all of them around a pole."""
    to_pole = math.pi / 2 - math.radians(abs(lat))
    if angle >= to_pole:
        return 180.0
    return math.degrees(math.asin(min(1.0, math.sin(angle) / math.sin(to_pole))))
