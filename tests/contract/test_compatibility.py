"""What may change between versions of one stream, and what makes a new one."""

from enum import StrEnum
from typing import Annotated

import pytest
from pydantic import Field

from intercoop_contracts.attribution import ANYBODYS
from intercoop_contracts.bounds import Day, Latitude, Name
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


class Bounded(View):
    """A box whose every field has a bound of another kind."""

    label: Name
    code: Annotated[str, Field(max_length=3, pattern="^[a-z]*$")] | None = None
    weight: Annotated[int, Field(ge=1, le=9)] = 1
    tags: Annotated[tuple[Annotated[str, Field(max_length=5)], ...], Field(max_length=4)] = ()
    packed: Day | None = None
    lat: Latitude | None = None


def bound_of(schema, field, *path):
    """Where in a schema the bounds of a field of the box stand."""
    description = schema["$defs"]["Bounded"]["properties"][field]
    for step in path:
        description = description[step]
    return description


WIDER = [
    (("label",), {"maxLength": 201}),
    (("label",), {"minLength": 0}),
    (("label",), {"pattern": None}),
    (("code", "anyOf", 0), {"maxLength": None}),
    (("weight",), {"minimum": 0, "maximum": 10}),
    (("tags",), {"maxItems": 5}),
    (("tags", "items"), {"maxLength": 6}),
    (("packed", "anyOf", 0), {"formatMinimum": "1799-12-31", "formatMaximum": "2200-01-01"}),
    (("lat", "anyOf", 0), {"anyOf": None}),
]
NARROWER = [
    (("label",), {"maxLength": 199}, "label narrowed its maxLength"),
    (("label",), {"minLength": 2}, "label narrowed its minLength"),
    (("code", "anyOf", 0), {"pattern": "^[a-y]*$"}, "code narrowed its pattern"),
    (("code", "anyOf", 0), {"minLength": 1}, "code narrowed its minLength"),
    (("weight",), {"minimum": 2}, "weight narrowed its minimum"),
    (("weight",), {"maximum": 8}, "weight narrowed its maximum"),
    (("tags",), {"maxItems": 3}, "tags narrowed its maxItems"),
    (("tags",), {"minItems": 1}, "tags narrowed its minItems"),
    (("tags", "items"), {"maxLength": 4}, "tags narrowed its maxLength"),
    (("packed", "anyOf", 0), {"formatMinimum": "1800-01-02"}, "packed narrowed its formatMinimum"),
    (("packed", "anyOf", 0), {"formatMaximum": "2199-12-30"}, "packed narrowed its formatMaximum"),
    (("lat", "anyOf", 0), {"minimum": -89}, "lat narrowed its minimum"),
    (("lat", "anyOf", 0), {"anyOf": [{"minimum": 1}]}, "lat narrowed its anyOf"),
]


def changed_bounds(path, limits):
    changed = schema(Bounded)
    description = bound_of(changed, *path)
    for bound, limit in limits.items():
        description.pop(bound, None)
        if limit is not None:
            description[bound] = limit
    return changed


@pytest.mark.parametrize(("path", "limits"), WIDER)
def test_a_bound_may_be_widened(path, limits):
    assert incompatibilities(schema(Bounded), changed_bounds(path, limits)) == []


@pytest.mark.parametrize(("path", "limits", "said"), NARROWER)
def test_a_bound_that_is_narrowed_is_named(path, limits, said):
    found = incompatibilities(schema(Bounded), changed_bounds(path, limits))
    assert found == [f"Bounded.{said}"]


@pytest.mark.parametrize(
    ("days", "later", "found"),
    [
        (366, 367, []),
        (366, None, []),
        (366, 365, ["Box narrowed its x-period"]),
        (None, 366, ["Box narrowed its x-period"]),
    ],
)
def test_a_longest_period_may_be_longer(days, later, found):
    old, new = schema(Box), schema(Box)
    for changed, most in ((old, days), (new, later)):
        if most:
            changed["$defs"]["Box"]["x-period"] = {"from": "a", "to": "b", "maxDays": most}
    assert incompatibilities(old, new) == found


def test_a_bound_where_there_was_none_narrows():
    bounded = schema(Bounded)
    loose = changed_bounds(("weight",), {"minimum": None, "maximum": None})
    said = ["Bounded.weight narrowed its minimum", "Bounded.weight narrowed its maximum"]
    assert incompatibilities(loose, bounded) == said
