"""Pins of a list: each number is on the map once, no two lie on each other, all are inside."""

import math
from itertools import combinations

import pytest

from intercoop_chassis.maps.boxes import FRANCE, box_around
from intercoop_chassis.maps.detail import region, surroundings
from intercoop_chassis.maps.outlines import outlines
from intercoop_chassis.maps.pins import numbers_in_short
from intercoop_chassis.maps.places import Listed, Position, Town
from intercoop_chassis.maps.projection import Point, on_map

TOULOUSE, ALBI, RODEZ = Position(43.6045, 1.4440), Position(43.9289, 2.1464), Position(44.35, 2.57)
SAINT_DENIS = Position(-20.8789, 55.4481)


def listed(number, position, *, is_own=True):
    return Listed(number, f"id-{number}", f"Coop {number}", position, is_own)


def anchors(members):
    return f"#n{members[0].number}"


def nearness(one, other):
    across = (one.x - other.x) / (one.half_width + other.half_width)
    return math.hypot(across, (one.y - other.y) / (one.r + other.r))


def test_pins_of_a_list_stand_where_their_places_are():
    shown = surroundings([listed(1, TOULOUSE), listed(2, ALBI)], (TOULOUSE, 100), anchors)

    assert [(pin.text, pin.href) for pin in shown.pins] == [("1", "#n1"), ("2", "#n2")]
    assert [(pin.x, pin.y) for pin in shown.pins] == [
        on_map(43.6045, 1.4440),
        on_map(43.9289, 2.1464),
    ]
    assert not any(pin.is_moved for pin in shown.pins)


def test_what_lies_in_one_place_shares_a_pin():
    shown = surroundings(
        [listed(1, TOULOUSE), listed(2, ALBI), listed(3, TOULOUSE)], (TOULOUSE, 100), anchors
    )

    assert [(pin.text, pin.label) for pin in shown.pins] == [
        ("1, 3", "Coop 1, Coop 3"),
        ("2", "Coop 2"),
    ]


def test_pins_that_would_overlap_are_moved_apart():
    beside = Position(43.65, 1.46)
    shown = surroundings([listed(1, TOULOUSE), listed(2, beside)], (TOULOUSE, 150), anchors)

    one, other = shown.pins
    assert nearness(one, other) > 0.9
    assert one.place == on_map(43.6045, 1.4440)


@pytest.mark.parametrize("km", [1, 10, 60, 400])
def test_however_crowded_each_number_is_there_once_and_no_pin_covers_another(km):
    degrees = km / 111
    crowd = [
        listed(n, Position(45 + degrees * math.sin(n * n), 2 + degrees * math.cos(5 * n)))
        for n in range(1, 101)
    ]

    shown = region(crowd, ["63"], anchors)

    numbers = [member.number for pin in shown.pins for member in pin.members]
    assert sorted(numbers) == list(range(1, 101))
    for one, other in combinations(shown.pins, 2):
        assert nearness(one, other) > 0.7
    for pin in shown.pins:
        assert shown.box.inside(pin.x, pin.y, pin.r) == pytest.approx((pin.x, pin.y))


def test_a_region_shows_its_departements_and_places_outside_of_it():
    shown = region([listed(1, Position(48.3904, -4.4861))], ["31"], anchors)

    everything = [Point(pin.x, pin.y) for pin in shown.pins]
    everything += [point for ring in outlines()["31"] for point in ring]
    for point in everything:
        assert shown.box.inside(*point, 5) == point


def test_the_circle_of_a_radius_is_drawn_in_kilometres_and_is_inside():
    shown = surroundings([], (TOULOUSE, 150), anchors)

    assert shown.ring.r == 150
    assert shown.box.x < shown.ring.x - 150
    assert shown.box.x + shown.box.width > shown.ring.x + 150
    assert shown.box.y < shown.ring.y - 150
    assert shown.box.y + shown.box.height > shown.ring.y + 150


def test_a_circle_around_the_globe_shows_all_of_france():
    assert surroundings([], (TOULOUSE, 20_000), anchors).box == FRANCE


def test_around_a_place_overseas_there_is_no_circle_and_nothing_is_lost():
    place = listed(1, SAINT_DENIS)
    shown = surroundings([place, listed(2, None)], (SAINT_DENIS, 50), anchors)

    assert shown.ring is None
    assert shown.pins == ()
    assert [each.number for each in shown.unplaced] == [1, 2]


def test_one_place_alone_is_shown_with_what_is_around():
    assert box_around([Point(500, 500)]).width == 90


def test_a_pin_is_ours_when_any_of_it_is():
    shared = [
        listed(1, TOULOUSE, is_own=False),
        listed(2, TOULOUSE),
        listed(3, RODEZ, is_own=False),
    ]

    assert [pin.is_own for pin in region(shared, ["31"], anchors).pins] == [True, False]


def test_a_town_is_named_where_its_name_covers_no_pin_and_no_other_name():
    towns = [Town("Rodez", RODEZ), Town("Toulouse", TOULOUSE), Town("Rodez bis", RODEZ)]

    shown = region([listed(1, ALBI)], ["31", "81", "12"], anchors, towns)

    assert {name.name for name in shown.towns} >= {"Rodez", "Toulouse"}
    covered = region([listed(n, RODEZ) for n in range(1, 4)], ["12"], anchors, towns[:1])
    assert covered.towns == ()


@pytest.mark.parametrize(
    ("numbers", "text"),
    [
        ([7], "7"),
        ([2, 1], "1, 2"),
        ([3, 1, 2], "1–3"),
        ([1, 2, 3, 7], "1–3, 7"),
        ([4, 9], "4, 9"),
        ([1, 3, 5, 7, 9], "1, 3, 5…"),
        ([10, 11, 12, 40, 41], "10–12…"),
    ],
)
def test_several_numbers_are_written_in_short(numbers, text):
    assert numbers_in_short(numbers) == text
