"""Every field of every contract has bounds, and they hold."""

import json
from datetime import date
from typing import Annotated

import jsonschema
import pytest
from pydantic import AwareDatetime, Field, ValidationError

from intercoop_chassis.publishing.publications import MAX_VALUE_BYTES
from intercoop_contracts import bounds
from intercoop_contracts.attribution import OWN, AnyId
from intercoop_contracts.bounding import unbounded
from intercoop_contracts.catalogue import STREAMS
from intercoop_contracts.events import MEETINGS
from intercoop_contracts.schemas import value_schema
from intercoop_contracts.streams import Audience, Ended, Stream, View
from testkit.extremes import at_the_bounds, beyond_the_bounds, subject_of

EACH_STREAM = pytest.mark.parametrize("stream", STREAMS, ids=lambda stream: stream.name)


@EACH_STREAM
def test_no_field_is_without_bounds(stream):
    assert unbounded(value_schema(stream)) == []


class Part(View):
    note: str


class Loose(View):
    """Nothing of it has bounds, but for the ids and the flag."""

    text: str
    long: Annotated[str, Field(min_length=3, pattern="^x*$")]
    number: int
    low: Annotated[int, Field(ge=0)]
    weight: float | None = None
    when: AwareDatetime
    day: date | None = None
    tags: Annotated[tuple[str, ...], Field(max_length=3)] = ()
    names: tuple[bounds.Name, ...] = ()
    parts: Annotated[tuple[Part, ...], Field(max_length=3)] = ()
    words: Annotated[dict[str, int], Field(max_length=3)]
    other: AnyId | None = None
    flag: bool = False


def test_a_field_without_bounds_is_named():
    stream = Stream("boxes", Audience.SHARED, Loose, ("box-made",), publisher="boxes", key=OWN)
    assert unbounded(value_schema(stream)) == [
        "Loose.text: no maxLength",
        "Loose.long: no maxLength",
        "Loose.number: no minimum",
        "Loose.number: no maximum",
        "Loose.low: no maximum",
        "Loose.weight: no minimum",
        "Loose.weight: no maximum",
        "Loose.when: no formatMinimum",
        "Loose.when: no formatMaximum",
        "Loose.day: no formatMinimum",
        "Loose.day: no formatMaximum",
        "Loose.tags: no maxLength",
        "Loose.names: no maxItems",
        "Loose.words: a object has no bounds: make it a view with fields",
        "Part.note: no maxLength",
    ]


@EACH_STREAM
def test_a_view_at_its_bounds_is_taken_and_fits_a_message(stream):
    validator = jsonschema.Draft202012Validator(value_schema(stream))
    for where, view in at_the_bounds(stream):
        text = json.dumps(view, ensure_ascii=False)
        read = stream.view.model_validate_json(text)
        assert len(text.encode()) <= MAX_VALUE_BYTES, where
        assert validator.is_valid(view), where
        assert stream.foreign_id("auvergne", subject_of(stream, view), read) is None, where


@EACH_STREAM
def test_a_view_beyond_its_bounds_is_refused_by_readers(stream):
    beyond = beyond_the_bounds(stream)
    assert [where for where, view in beyond if _is_read(stream, view)] == []


@EACH_STREAM
def test_a_view_beyond_its_bounds_is_refused_by_the_schema(stream):
    validator = jsonschema.Draft202012Validator(value_schema(stream))
    beyond = [extreme for extreme in beyond_the_bounds(stream) if _is_for_a_schema(*extreme)]
    assert [where for where, view in beyond if validator.is_valid(view)] == []


def _is_read(stream, view):
    try:
        stream.view.model_validate_json(json.dumps(view))
    except ValidationError:
        return False
    return True


def _is_for_a_schema(where, _):
    """`formatMinimum` is for whom it tells something, and Python's `$` lets a line end pass."""
    value = where.partition("=")[2]
    return value[:4] not in {"0001", "1799", "2200", "9999"} and not value.endswith("\n")


@pytest.mark.parametrize(
    ("starts", "ends", "is_taken"),
    [
        ("2030-05-02T09:00:00Z", "2030-05-02T09:00:00Z", True),
        ("2030-05-02T09:00:00Z", "2031-05-03T09:00:00Z", True),
        ("2030-05-02T09:00:00Z", "2031-05-03T09:00:01Z", False),
        ("2030-05-02T09:00:00Z", "2030-05-02T08:59:59Z", False),
        ("1800-01-01T00:00:00Z", "2199-12-31T00:00:00Z", False),
    ],
)
def test_a_meeting_ends_after_it_starts_and_within_a_year(starts, ends, is_taken):
    ((_, view),) = [extreme for extreme in at_the_bounds(MEETINGS) if extreme.where == "all least"]
    assert _is_read(MEETINGS, view | {"starts": starts, "ends": ends}) is is_taken


@pytest.mark.parametrize("reason", ["", "x" * 81, "a\0b"])
def test_the_reason_of_an_end_has_bounds(reason):
    with pytest.raises(ValidationError):
        Ended.model_validate({"ended": {"reason": reason}})
