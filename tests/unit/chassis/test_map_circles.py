"""The map of France: areas are counts, no two circles touch, nothing that is counted is lost."""

import math
from itertools import combinations

import pytest

from intercoop_chassis.maps.circles import overview
from intercoop_chassis.maps.places import Counted, Position

PARIS, BOBIGNY = Position(48.8566, 2.3522), Position(48.9087, 2.4396)
TOULOUSE, BREST = Position(43.6045, 1.4440), Position(48.3904, -4.4861)
SAINT_DENIS = Position(-20.8789, 55.4481)


def counted(key, count, position, *, is_own=False):
    return Counted(key, f"Département {key}", count, position, is_own)


def keys(members):
    return "?in=" + ",".join(member.key for member in members)


def test_the_area_of_a_circle_is_its_count():
    shown = overview([counted("31", 81, TOULOUSE), counted("29", 36, BREST)], keys)

    haute_garonne, finistere = shown.circles
    assert (haute_garonne.count, finistere.count) == (81, 36)
    assert haute_garonne.r**2 / finistere.r**2 == pytest.approx(81 / 36)


def test_circles_that_touch_are_one_circle_of_all_that_they_count():
    shown = overview(
        [counted("93", 40, BOBIGNY), counted("75", 60, PARIS), counted("29", 9, BREST)], keys
    )

    joined, finistere = shown.circles
    assert joined.count == 100
    assert joined.label == "Département 75 60, Département 93 40"
    assert joined.href == "?in=75,93"
    assert finistere.href == "?in=29"


def test_however_many_there_are_no_two_circles_touch_and_none_is_lost():
    grid = [
        counted(
            f"{row}-{column}", 1 + (7 * row + 3 * column) % 40, Position(43 + row / 2, column / 2)
        )
        for row in range(12)
        for column in range(12)
    ]

    shown = overview(grid, keys)

    assert sum(circle.count for circle in shown.circles) == sum(each.count for each in grid)
    assert len(shown.circles) > 10
    for one, other in combinations(shown.circles, 2):
        assert math.hypot(one.x - other.x, one.y - other.y) > one.r + other.r


def test_a_circle_is_ours_when_at_least_half_of_what_it_counts_is():
    ours, theirs = counted("75", 60, PARIS, is_own=True), counted("93", 61, BOBIGNY)

    assert not overview([ours, theirs], keys).circles[0].is_own
    assert overview([ours, counted("93", 60, BOBIGNY)], keys).circles[0].is_own


def test_counts_overseas_and_without_a_position_are_links_beside_the_map():
    shown = overview(
        [counted("974", 31, SAINT_DENIS), counted("988", 2, None), counted("31", 5, TOULOUSE)], keys
    )

    assert [circle.count for circle in shown.circles] == [5]
    assert [(link.label, link.count, link.href) for link in shown.elsewhere] == [
        ("Département 974", 31, "?in=974"),
        ("Département 988", 2, "?in=988"),
    ]


def test_a_count_of_nothing_is_neither_drawn_nor_linked():
    shown = overview([counted("31", 0, TOULOUSE), counted("974", 0, SAINT_DENIS)], keys)

    assert shown.circles == ()
    assert shown.elsewhere == ()


def test_a_number_stands_in_a_circle_only_where_it_has_room():
    shown = overview([counted("31", 112, TOULOUSE), counted("29", 3, BREST)], keys)

    assert [circle.is_numbered for circle in shown.circles] == [True, False]


def test_every_circle_can_be_seen_beside_a_great_one():
    shown = overview([counted("31", 100_000, TOULOUSE), counted("29", 1, BREST)], keys)

    assert min(circle.r for circle in shown.circles) >= 4
    assert max(circle.r for circle in shown.circles) <= 30
