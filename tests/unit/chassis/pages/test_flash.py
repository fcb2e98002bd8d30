"""What is said once: its text is a text with holes, and nothing that a cookie brings is a format."""

import pytest

from intercoop_chassis.pages.flash import Flash
from intercoop_chassis.pages.negotiate import Language
from intercoop_chassis.pages.words import words


def said(text, **values):
    return Flash(text=text, values=values).said(words(Language.EN))


def test_its_values_are_put_into_its_holes():
    assert said("Reminder sent to %(name)s.", name="Atelier de Figeac") == (
        "Reminder sent to Atelier de Figeac."
    )


@pytest.mark.parametrize(
    "text", ["%(a)999999999s", "%(a)-99999999s", "%(a).999999d", "100 %", "%s %d %(a)r", "%(a"]
)
def test_a_cookie_that_somebody_made_up_is_shown_as_it_is_and_costs_nothing(text):
    assert said(text, a="x") == text


def test_what_lacks_a_value_is_not_said():
    assert said("Sent to %(name)s.") == ""
