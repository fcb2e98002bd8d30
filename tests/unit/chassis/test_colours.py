"""An owner's colour: how readable it is on light and on dark, and the nearest that is."""

import re

import pytest

from intercoop_chassis.colours import (
    NEEDED,
    Ground,
    contrast,
    is_readable,
    least_contrast,
    nearest_readable,
    shades_of,
)
from testkit.page_rules import ASSETS

OURS = {Ground.LIGHT: "#0b6b63", Ground.DARK: "#5cc8ba"}
COLOURS = ("#000000", "#ffffff", "#ffcc00", "#e2001a", "#1d4f91", "#808080", "#0b6b63", "#5cc8ba")


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [("#000000", "#ffffff", 21.0), ("#777777", "#ffffff", 4.48), ("#0b6b63", "#0b6b63", 1.0)],
)
def test_contrast_is_that_of_the_specification(one: str, other: str, ratio: float) -> None:
    assert contrast(one, other) == contrast(other, one) == pytest.approx(ratio, abs=0.005)


@pytest.mark.parametrize("ground", Ground)
def test_our_own_colours_are_readable_and_are_kept(ground: Ground) -> None:
    assert is_readable(OURS[ground], ground)
    assert nearest_readable(OURS[ground], ground) == OURS[ground]


@pytest.mark.parametrize("ground", Ground)
@pytest.mark.parametrize("colour", COLOURS)
def test_the_nearest_readable_colour_is_one_and_one_step_less_would_not_be(
    colour: str, ground: Ground
) -> None:
    near = nearest_readable(colour, ground)

    assert least_contrast(near, ground) >= NEEDED
    assert near == colour or least_contrast(near, ground) < NEEDED + 0.2


def test_no_colour_is_readable_on_both() -> None:
    both = [one for one in COLOURS if all(is_readable(one, ground) for ground in Ground)]

    assert both == []


@pytest.mark.parametrize("ground", Ground)
def test_what_is_made_of_a_colour_is_readable_with_it(ground: Ground) -> None:
    for colour in COLOURS:
        shades = shades_of(nearest_readable(colour, ground), ground)
        assert contrast(shades.colour, shades.soft) >= NEEDED


@pytest.mark.parametrize(("ground", "place"), [(Ground.LIGHT, 0), (Ground.DARK, 1)])
def test_the_grounds_are_those_of_the_style(ground: Ground, place: int) -> None:
    style = (ASSETS / "frame.css").read_text(encoding="utf-8")
    of_style = []
    for name in ("card", "paper", "hover", "tblr-primary-fg"):
        pair = re.search(rf"--{name}:light-dark\((#\w+),(#\w+)\)", style)
        assert pair is not None
        digits = pair.groups()[place][1:]
        of_style.append("#" + (digits if len(digits) == 6 else "".join(2 * d for d in digits)))

    assert sorted(of_style) == sorted([*ground.value.grounds, ground.value.ink])
