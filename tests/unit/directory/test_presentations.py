"""What an owner says of itself: names and colours as they are typed, and why some are refused."""

import pytest

from intercoop_chassis.refusals import Refused
from intercoop_directory.setup.domain.presentation import (
    Colours,
    Identity,
    Notice,
    Presentation,
    presentation_view,
    with_identity,
    with_notice,
)
from intercoop_directory.setup.domain.steps import Step, next_step, step_after

BEFORE = Presentation("midi-pyrenees", version=3, logo="a.png")


def refused(outcome: Presentation | Refused) -> dict[str, str]:
    """Field → reason and remedy in French."""
    assert isinstance(outcome, Refused)
    return {one.field: f"{one.reason.fr}. {one.remedy.fr}." for one in outcome.refusals}


@pytest.mark.parametrize("typed", ["#1D4F91", "1d4f91", " #1d4f91 "])
def test_a_colour_is_understood_as_it_is_typed_and_the_one_on_dark_is_found(typed: str) -> None:
    changed = with_identity(BEFORE, Identity("Midi-Pyrénées", typed))

    assert isinstance(changed, Presentation)
    assert changed.colours == Colours("#1d4f91", "#6197df")
    assert (changed.name, changed.logo) == ("Midi-Pyrénées", "a.png")


def test_three_digits_stand_for_six() -> None:
    changed = with_identity(BEFORE, Identity("Union", "#035"))

    assert isinstance(changed, Presentation)
    assert changed.colours is not None
    assert changed.colours.light == "#003355"


def test_a_colour_that_is_hard_to_read_is_named_with_its_contrast_and_the_nearest_that_is_not() -> (
    None
):
    said = refused(with_identity(BEFORE, Identity("Union", "#ffcc00", "#222222")))

    assert said["light"] == (
        "#ffcc00 se lit mal sur fond clair\u00a0: son contraste est de 1,4, il en faut 4,5. "
        "La plus proche qui se lit bien est #836900."
    )
    assert "#222222 se lit mal sur fond sombre" in said["dark"]


@pytest.mark.parametrize("typed", ["bleu", "#12345", "rgb(0,0,0)", "#0b6b63;}"])
def test_what_is_no_colour_is_told_so(typed: str) -> None:
    assert (
        "Ce n'est pas une couleur" in refused(with_identity(BEFORE, Identity("U", typed)))["light"]
    )


def test_a_colour_on_dark_alone_and_a_name_of_nothing_are_both_named() -> None:
    said = refused(with_identity(BEFORE, Identity(" \u200b ", "", "#5cc8ba")))

    assert said.keys() == {"name", "light"}


def test_a_name_has_room_in_the_head_of_a_page() -> None:
    assert isinstance(with_identity(BEFORE, Identity("x" * 80)), Presentation)
    assert refused(with_identity(BEFORE, Identity("x" * 81))).keys() == {"name"}


def test_contacts_are_lines_and_a_notice_keeps_its_own() -> None:
    changed = with_notice(
        BEFORE, Notice(" aide@union.example ", "", "Union\r\n\r\nLa présidente \n")
    )

    assert isinstance(changed, Presentation)
    assert changed.help_contact == "aide@union.example"
    assert changed.legal_notice == "Union\n\nLa présidente"
    long = Notice("x" * 301, "a\x1bb", "x" * 4001)
    assert refused(with_notice(BEFORE, long)).keys() == {
        "help_contact", "privacy_contact", "legal_notice",
    }  # fmt: skip


def test_others_are_told_all_of_it() -> None:
    told = presentation_view(BEFORE, "/directory/assets/logo/a.png", is_set_up=True)

    assert (told.name, told.logo, told.colours, told.is_set_up) == (
        "midi-pyrenees", "/directory/assets/logo/a.png", None, True,
    )  # fmt: skip


def test_steps_are_proposed_in_their_order_and_each_once() -> None:
    assert next_step(()) is Step.IDENTITY
    assert next_step({Step.IDENTITY, Step.MAIL}) is Step.NOTICE
    assert next_step(tuple(Step)) is None
    assert step_after(Step.DATA) is None
