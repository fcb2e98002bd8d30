"""The projection agrees with PROJ's, and the sheet holds all of metropolitan France."""

import pytest

from intercoop_chassis.maps.projection import (
    HEIGHT,
    WIDTH,
    is_metropolitan,
    lambert93,
    on_map,
)

# Latitude, longitude, and what pyproj 3.7.2 (PROJ) makes of EPSG:4326 in EPSG:2154.
PLACES = {
    "Paris": (48.8566, 2.3522, 652_469.023, 6_862_035.259),
    "Toulouse": (43.6045, 1.4440, 574_341.233, 6_279_621.067),
    "Brest": (48.3904, -4.4861, 146_632.979, 6_836_262.327),
    "Strasbourg": (48.5734, 7.7521, 1_050_362.695, 6_840_899.647),
    "Bastia": (42.6973, 9.4509, 1_228_644.138, 6_199_127.370),
    "Dunkerque": (51.0344, 2.3768, 656_187.517, 7_104_472.924),
    "Hendaye": (43.3590, -1.7740, 313_024.535, 6_262_797.363),
}


@pytest.mark.parametrize(("lat", "lon", "easting", "northing"), PLACES.values(), ids=PLACES)
def test_a_position_is_where_proj_puts_it(lat, lon, easting, northing):
    assert lambert93(lat, lon) == pytest.approx((easting, northing), abs=0.01)


def test_the_map_is_in_kilometres_and_south_is_down():
    paris, toulouse = on_map(48.8566, 2.3522), on_map(43.6045, 1.4440)

    assert paris.x - toulouse.x == pytest.approx(78.128, abs=0.001)
    assert toulouse.y - paris.y == pytest.approx(582.414, abs=0.001)


@pytest.mark.parametrize(("lat", "lon", "_", "__"), PLACES.values(), ids=PLACES)
def test_what_is_in_metropolitan_france_is_on_the_sheet(lat, lon, _, __):
    point = on_map(lat, lon)

    assert is_metropolitan(lat, lon)
    assert 0 <= point.x <= WIDTH
    assert 0 <= point.y <= HEIGHT


@pytest.mark.parametrize(
    ("lat", "lon"),
    [(-20.8789, 55.4481), (16.2650, -61.5510), (46.7811, -56.1778), (-12.8275, 45.1662)],
    ids=["La Réunion", "Guadeloupe", "Saint-Pierre-et-Miquelon", "Mayotte"],
)
def test_overseas_is_not_on_the_map(lat, lon):
    assert not is_metropolitan(lat, lon)
