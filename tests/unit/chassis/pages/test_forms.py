"""What is typed into forms is understood as people in France write it, or comes back with why not."""

from datetime import date, time
from decimal import Decimal
from enum import StrEnum
from typing import Annotated

import pytest
from pydantic import BaseModel, Field

from intercoop_chassis.pages.forms import OTHERWISE, TEXTS, Form, bind
from intercoop_chassis.pages.inputs import Day, Digits, Number, Time, Whole
from intercoop_chassis.pages.negotiate import Language
from intercoop_chassis.pages.words import words
from intercoop_chassis.refusals import Refusal, Refused, Sentence

FR, EN = words(Language.FR), words(Language.EN)


class Colour(StrEnum):
    RED = "red"


class Typed(BaseModel, extra="forbid"):
    name: Annotated[str, Field(min_length=2, max_length=10)]
    amount: Number = Decimal(0)
    seats: Annotated[Whole, Field(ge=1, le=1500)] = 1
    day: Day | None = None
    hour: Time | None = None
    siren: Annotated[Digits, Field(pattern=r"^[0-9]{9}$")] | None = None
    colour: Colour | None = None


def typed(**fields):
    return bind(Typed, {"name": "Canal", **fields}, EN)


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("1 250,50", "1250.50"), ("1\u202f250,50", "1250.50"), ("1\u00a0250", "1250"),
        ("1250.5", "1250.5"), ("-3", "-3"), (" 12 ", "12"),
    ],
)  # fmt: skip
def test_numbers_are_taken_as_french_is_written(text, amount):
    assert typed(amount=text).model.amount == Decimal(amount)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("3/12/2026", date(2026, 12, 3)), ("03.12.2026", date(2026, 12, 3)),
        ("3-12-2026", date(2026, 12, 3)), ("2026-12-03", date(2026, 12, 3)),
    ],
)  # fmt: skip
def test_days_are_taken_in_french_order_and_from_the_browsers_own_field(text, day):
    assert typed(day=text).model.day == day


@pytest.mark.parametrize(
    ("text", "hour"), [("14h30", time(14, 30)), ("14 h", time(14)), ("9:05", time(9, 5))]
)
def test_times_of_day_are_taken(text, hour):
    assert typed(hour=text).model.hour == hour


def test_a_siren_is_taken_in_groups():
    assert typed(siren="000 123 455").model.siren == "000123455"


@pytest.mark.parametrize(
    ("field", "text", "kind"),
    [
        ("name", " ", "missing"), ("name", "x", "string_too_short"),
        ("name", "x" * 11, "string_too_long"), ("amount", "douze", "number"),
        ("amount", "1 25", "number"), ("seats", "2,5", "int_parsing"),
        ("seats", "0", "greater_than_equal"), ("seats", "1 501", "less_than_equal"),
        ("day", "demain", "day"), ("day", "31/2/2026", "no_such_day"), ("hour", "25h", "hour"),
        ("hour", "midi", "hour"), ("siren", "12", "string_pattern_mismatch"),
        ("colour", "blue", "enum"), ("surprise", "x", "extra_forbidden"),
    ],
)  # fmt: skip
def test_what_is_not_understood_is_said_at_its_field_with_the_remedy(field, text, kind):
    fields = {"name": "Canal", field: text}
    form = bind(Typed, fields, FR)

    assert form.model is None
    assert form.value(field) == text
    (fault,) = form.faults
    begin = FR.gettext(TEXTS[kind]).partition("%")[0]
    assert fault.field == field
    assert form.fault(field).startswith(begin)
    assert "%(" not in fault.text


def test_a_field_has_one_fault_and_all_fields_are_told_at_once():
    form = typed(name="x", day="x", hour="x")
    assert [fault.field for fault in form.faults] == ["name", "day", "hour"]


def test_every_text_of_the_catalogue_is_in_french():
    for text in (*TEXTS.values(), OTHERWISE):
        assert FR.gettext(text) != text


@pytest.mark.parametrize(
    ("said", "text"), [(FR, "Ce champ est pris. Voyez."), (EN, "This field is taken. See.")]
)
def test_what_a_decision_refuses_stands_at_its_field_too(said, text):
    refusal = Refusal("siren", Sentence("est pris", "is taken"), Sentence("Voyez", "See"))

    form = Form({"siren": "1"}).refused(Refused((refusal,)), said)

    assert form.fault("siren") == text
    assert form.value("siren") == "1"
