"""Territories: each département lies in one region, and is called alike wherever it is named."""

import csv
import math
from itertools import pairwise

import pytest

from intercoop_chassis.maps.outlines import outlines
from intercoop_chassis.maps.projection import on_map
from intercoop_directory.communes.domain.departements import DEPARTEMENTS
from intercoop_directory.communes.handlers import shipped, territories


def test_there_are_eighteen_regions_and_all_departements_are_in_one():
    assert len(territories().regions) == 18
    numbers = [each.number for region in territories().regions for each in region.departements]
    assert sorted(numbers) == sorted(DEPARTEMENTS)


def test_a_departement_is_called_as_people_are_understood():
    assert {each.number: each.name for each in territories().departements} == DEPARTEMENTS


def test_every_departement_of_the_metropole_has_an_outline_and_none_overseas_has():
    there = {each.number for each in territories().departements if not each.is_overseas}

    assert set(outlines()) == there


def km_outside(point, rings):
    """How far a point is from an outline; 0 inside it (even-odd)."""
    edges = [edge for ring in rings for edge in pairwise([*ring, ring[0]])]
    crossed = [
        (a.y > point.y) != (b.y > point.y)
        and point.x < a.x + (point.y - a.y) / (b.y - a.y) * (b.x - a.x)
        for a, b in edges
    ]
    return 0 if sum(crossed) % 2 else min(km_to_edge(point, a, b) for a, b in edges)


def km_to_edge(point, a, b):
    length = (b.x - a.x) ** 2 + (b.y - a.y) ** 2
    share = ((point.x - a.x) * (b.x - a.x) + (point.y - a.y) * (b.y - a.y)) / length
    share = min(1, max(0, share))
    return math.hypot(a.x + share * (b.x - a.x) - point.x, a.y + share * (b.y - a.y) - point.y)


def test_communes_lie_in_the_outlines_of_their_departements_but_for_a_few_kilometres():
    """Outlines are simplified; small islands and enclaves are left out."""
    rows = list(csv.DictReader(shipped("communes.csv").splitlines()))[::7]
    there = [row for row in rows if row["lat"] and row["departement"] in outlines()]

    beside = {
        row["nom"]: km_outside(
            on_map(float(row["lat"]), float(row["lon"])), outlines()[row["departement"]]
        )
        for row in there
    }

    assert len(beside) > 4000
    assert sum(km > 0 for km in beside.values()) < 0.02 * len(beside)
    assert {name for name, km in beside.items() if km > 4} <= set()


def test_communes_lie_in_the_regions_of_their_departements():
    pairs = {
        (row["departement"], row["region"])
        for row in csv.DictReader(shipped("communes.csv").splitlines())
    }

    assert pairs == {(each.number, each.region) for each in territories().departements}


@pytest.mark.parametrize(
    ("departement", "region"),
    [
        ("31", "Occitanie"),
        ("44", "Pays de la Loire"),
        ("2A", "Corse"),
        ("974", "La Réunion"),
        ("976", "Mayotte"),
    ],
)
def test_a_departement_is_in_its_region(departement, region):
    assert territories().region_of(departement).name == region


def test_what_is_no_departement_is_in_no_region():
    assert territories().region_of("988") is None
    assert territories().region("99") is None
    assert territories().departement("20") is None


def test_a_departements_place_is_its_chef_lieu():
    haute_garonne = territories().departement("31")

    assert haute_garonne.chef_lieu == "Toulouse"
    assert (haute_garonne.lat, haute_garonne.lon) == pytest.approx((43.6, 1.44), abs=0.05)
