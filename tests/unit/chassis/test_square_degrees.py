"""Square degrees around a place: none is left out, and they are few."""

import math

from hypothesis import given, strategies as st

from intercoop_chassis.square_degrees import EARTH_KM, cells_around

POSITIONS = st.tuples(st.floats(-90, 90), st.floats(-180, 180))


def cell(lat, lon):
    """As SQL's `cell_of`."""
    return math.floor(lat) * 360 + (math.floor(lon) + 540) % 360


@given(POSITIONS, st.floats(0, 360), st.floats(0, 300))
def test_whatever_is_within_a_circle_is_in_one_of_its_square_degrees(centre, bearing, km):
    lat, lon = map(math.radians, centre)
    way, angle = math.radians(bearing), km / EARTH_KM
    sine = math.sin(lat) * math.cos(angle) + math.cos(lat) * math.sin(angle) * math.cos(way)
    there = math.asin(max(-1.0, min(1.0, sine)))
    turn = math.atan2(
        math.sin(way) * math.sin(angle) * math.cos(lat), math.cos(angle) - math.sin(lat) * sine
    )
    east = (math.degrees(lon + turn) + 540) % 360 - 180
    assert cell(math.degrees(there), east) in cells_around(*centre, 300)


def test_a_circle_in_france_touches_few_square_degrees_and_the_globe_has_an_end():
    assert len(cells_around(44.9, 2.4, 300)) < 100
    assert len(cells_around(44.9, 2.4, 20_000)) <= 181 * 360
