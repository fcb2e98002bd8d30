"""The outlines: every département of metropolitan France, whole, and the file that LICENCES names."""

import hashlib
import re
from importlib.resources import files
from xml.etree import ElementTree as ET

import pytest

from intercoop_chassis.maps.outlines import NAME, outlines
from intercoop_chassis.maps.projection import HEIGHT, WIDTH, on_map

ASSETS = files("intercoop_chassis.maps") / "assets"
SVG = "{http://www.w3.org/2000/svg}"
METROPOLE = {
    *(f"{number:02}" for number in range(1, 96) if number != 20),
    *("2A", "2B"),
}

# Prefectures, and places near borders and coasts.
PLACES = {
    "Bourg-en-Bresse": ("01", 46.2056, 5.2256),
    "Nice": ("06", 43.7206, 7.2600),
    "Ajaccio": ("2A", 41.9450, 8.7600),
    "Corte": ("2B", 42.3060, 9.1500),
    "Brest": ("29", 48.4084, -4.4400),
    "Toulouse": ("31", 43.6045, 1.4440),
    "Bordeaux": ("33", 44.8378, -0.5792),
    "Rennes": ("35", 48.1173, -1.6778),
    "Lille": ("59", 50.6292, 3.0573),
    "Strasbourg": ("67", 48.5700, 7.7000),
    "Lyon": ("69", 45.7640, 4.8357),
    "Paris": ("75", 48.8566, 2.3522),
    "Belfort": ("90", 47.6380, 6.8628),
    "Nanterre": ("92", 48.8924, 2.2153),
    "Bobigny": ("93", 48.9087, 2.4396),
    "Créteil": ("94", 48.7904, 2.4556),
    "Cergy": ("95", 49.0500, 2.0500),
    "Cahors": ("46", 44.4475, 1.4410),
    "Saint-Étienne": ("42", 45.4397, 4.3872),
    "Valréas, an enclave of Vaucluse in Drôme": ("84", 44.3845, 4.9908),
}


def svg():
    return (ASSETS / NAME).read_text(encoding="utf-8")


def is_inside(x, y, ring):
    """By the even-odd rule; an enclave is a second ring."""
    crossings = 0
    for (x1, y1), (x2, y2) in zip(ring, [*ring[1:], ring[0]], strict=True):
        if (y1 > y) != (y2 > y) and x < x1 + (y - y1) / (y2 - y1) * (x2 - x1):
            crossings += 1
    return crossings % 2 == 1


def departements_at(lat, lon):
    point = on_map(lat, lon)
    return {
        code
        for code, rings in outlines().items()
        if sum(is_inside(*point, ring) for ring in rings) % 2 == 1
    }


def test_every_departement_of_the_metropole_has_an_outline_that_covers_something():
    assert set(outlines()) == METROPOLE
    for code, rings in outlines().items():
        assert rings, code
        assert all(len(ring) >= 3 for ring in rings), code


def elements():
    return list(ET.fromstring(svg()).iter())  # noqa: S314 - a file of ours


def test_the_file_is_svg_with_a_symbol_each_and_one_for_all():
    paths = {each.get("id") for each in elements() if each.tag == f"{SVG}path"}
    (france,) = (each for each in elements() if each.tag == f"{SVG}g")
    assert paths == {f"d{code}" for code in METROPOLE}
    assert france.get("id") == "fr"
    assert {use.get("href") for use in france} == {f"#{name}" for name in paths}


def test_no_outline_brings_a_colour_a_style_or_a_script():
    names = {name for element in elements() for name in element.attrib}

    assert names == {"viewBox", "id", "d", "href"}


def test_all_outlines_are_on_the_sheet():
    points = [point for rings in outlines().values() for ring in rings for point in ring]

    assert (min(p.x for p in points), min(p.y for p in points)) >= (0, 0)
    assert max(p.x for p in points) <= WIDTH
    assert max(p.y for p in points) <= HEIGHT


@pytest.mark.parametrize(("departement", "lat", "lon"), PLACES.values(), ids=PLACES)
def test_a_known_place_lies_in_its_departement_and_no_other(departement, lat, lon):
    assert departements_at(lat, lon) == {departement}


def test_every_asset_is_the_one_whose_licence_is_written_down():
    table = (ASSETS / "LICENCES.md").read_text(encoding="utf-8")
    named = dict(re.findall(r"^\| `([^`]+)` \|.*`([0-9a-f]{64})` \|$", table, re.MULTILINE))

    found = {
        asset.name: hashlib.sha256(asset.read_bytes()).hexdigest()
        for asset in ASSETS.iterdir()
        if asset.name != "LICENCES.md"
    }
    assert named == found
