"""What may change between versions of one stream, and what makes a new one."""

from enum import StrEnum

import pytest

from intercoop_contracts.attribution import ANYBODYS
from intercoop_contracts.schemas import incompatibilities, value_schema
from intercoop_contracts.streams import Audience, Stream, View


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


class Box(View):
    label: str
    colour: Colour = Colour.RED


class WithMore(Box):
    weight: int | None = None


class WithLess(View):
    label: str


class WithNeeded(Box):
    weight: int


class WithOtherType(View):
    label: int
    colour: Colour = Colour.RED


def schema(view):
    stream = Stream("boxes", Audience.SHARED, view, ("box-made",), publisher="boxes", key=ANYBODYS)
    return value_schema(stream)


def test_a_field_with_a_default_may_be_added():
    changed = schema(WithMore)
    changed["$defs"]["Box"] = changed["$defs"].pop("WithMore")
    assert incompatibilities(schema(Box), changed) == []


@pytest.mark.parametrize(
    ("view", "said"),
    [
        (WithLess, "Box.colour is gone"),
        (WithNeeded, "Box.weight is new and has no default"),
        (WithOtherType, "Box.label changed its type"),
    ],
)
def test_anything_else_is_named(view, said):
    changed = schema(view)
    changed["$defs"]["Box"] = changed["$defs"].pop(view.__name__)
    assert said in incompatibilities(schema(Box), changed)


def test_a_value_that_goes_from_an_enumeration_is_named():
    changed = schema(Box)
    changed["$defs"]["Colour"]["enum"].remove("blue")
    assert incompatibilities(schema(Box), changed) == ["Colour no longer knows 'blue'"]
