"""How far two positions are from each other."""

from math import asin, cos, radians, sin, sqrt
from typing import Final

_EARTH_KM: Final = 6371.0088
"""The mean radius, as the database has it (`km_of_chord`)."""


def distance_km(one: tuple[float, float], other: tuple[float, float]) -> float:
    """The great-circle distance of two positions: latitude and longitude in degrees (WGS 84)."""
    (lat, lon), (other_lat, other_lon) = (
        (radians(position[0]), radians(position[1])) for position in (one, other)
    )
    half_chord = (
        sin((other_lat - lat) / 2) ** 2
        + cos(lat) * cos(other_lat) * sin((other_lon - lon) / 2) ** 2
    )
    return 2 * _EARTH_KM * asin(sqrt(min(1.0, half_chord)))
