"""The kinds of values that requests bring: no wider than contracts, so that others take them.

What nobody sees is removed from every text of every body before its bounds are looked at.
"""

import re
from datetime import date, datetime
from typing import Annotated, Final

from pydantic import BaseModel, BeforeValidator, ConfigDict, field_validator
from pydantic_core import PydanticCustomError

from intercoop_chassis.spelling import TURNING, visible
from intercoop_contracts import bounds
from intercoop_contracts.bounds import VISIBLE, LongText, Name, Slug, Tag, Text

__all__ = [
    "SEEN",
    "VISIBLE",
    "Body",
    "Day",
    "LongText",
    "Moment",
    "Name",
    "Slug",
    "Tag",
    "Text",
    "WholeCount",
    "WholeNumber",
]

_DAY: Final = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")


def _written_as_a_day(value: object) -> object:
    """Numbers are no dates here, though pydantic would take them for seconds since 1970."""
    if value is None or isinstance(value, date):
        return value
    if isinstance(value, str) and _DAY.fullmatch(value):
        return value
    raise PydanticCustomError("day", "is no date", {"remedy": "Send it like 2015-12-31"})


Day = Annotated[bounds.Day, BeforeValidator(_written_as_a_day)]


def _written_as_a_moment(value: object) -> object:
    if value is None or isinstance(value, datetime) or (isinstance(value, str) and "T" in value):
        return value
    remedy = "Send it like 2015-12-31T14:00:00+01:00"
    raise PydanticCustomError("moment", "is no date with a time", {"remedy": remedy})


Moment = Annotated[bounds.Moment, BeforeValidator(_written_as_a_moment)]
"""A date with a time and its distance from UTC."""


def _written_as_a_number(value: object) -> object:
    if isinstance(value, str | bool):
        raise PydanticCustomError("number", "is no number", {"remedy": "Send it like 12"})
    return value


WholeNumber = Annotated[int, BeforeValidator(_written_as_a_number)]
"""A whole number; `12.0` is one, `"12"` and `true` are none."""

WholeCount = Annotated[bounds.Count, BeforeValidator(_written_as_a_number)]
"""As many as contracts take."""


def _seen(value: object) -> object:
    if isinstance(value, list):
        return [_seen(item) for item in value]
    if not isinstance(value, str):
        return value
    if TURNING in value:
        remedy = {"remedy": "Type it again: it holds U+202E, which turns the letters round"}
        raise PydanticCustomError("turned", "reads as another text than it is", remedy)
    return visible(value)


SEEN: Final = BeforeValidator(_seen)
"""For a text that is looked for, as people type it."""


class Body(BaseModel):
    """What a request brings: unknown fields are refused, so that a typing error loses nothing."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    @field_validator("*", mode="before")
    @classmethod
    def _without_the_unseen(cls, value: object) -> object:
        return _seen(value)
