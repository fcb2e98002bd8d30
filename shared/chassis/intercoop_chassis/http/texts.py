"""The kinds of values that requests bring: no wider than contracts, so that others take them."""

import re
from datetime import date, datetime
from typing import Annotated, Final

from pydantic import BaseModel, BeforeValidator, ConfigDict
from pydantic_core import PydanticCustomError

from intercoop_contracts import bounds
from intercoop_contracts.bounds import VISIBLE, LongText, Name, Slug, Tag, Text

__all__ = [
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


class Body(BaseModel):
    """What a request brings: unknown fields are refused, so that a typing error loses nothing."""

    model_config = ConfigDict(frozen=True, extra="forbid")
