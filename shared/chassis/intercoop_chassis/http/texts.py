"""The kinds of values that requests bring, narrow enough that nothing strange gets further."""

import re
from datetime import date, datetime
from typing import Annotated, Final

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, StringConstraints
from pydantic_core import PydanticCustomError

from intercoop_contracts.streams import OWNER_PATTERN

VISIBLE: Final = r"^[^\x00-\x1f\x7f-\x9f]*$"
"""No control characters: NUL, line ends, escapes."""

LINES: Final = r"^[^\x00-\x09\x0b\x0c\x0e-\x1f\x7f-\x9f]*$"
"""No control characters but line ends."""

SLUG: Final = f"^{OWNER_PATTERN}$"

_DAY: Final = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")

Text = Annotated[str, StringConstraints(max_length=300, pattern=VISIBLE)]
LongText = Annotated[str, StringConstraints(max_length=4000, pattern=LINES)]
Slug = Annotated[str, StringConstraints(max_length=63, pattern=SLUG)]


def _written_as_a_day(value: object) -> object:
    """Numbers are no dates here, though pydantic would take them for seconds since 1970."""
    if value is None or isinstance(value, date):
        return value
    if isinstance(value, str) and _DAY.fullmatch(value):
        return value
    raise PydanticCustomError("day", "is no date", {"remedy": "Send it like 2015-12-31"})


Day = Annotated[date, BeforeValidator(_written_as_a_day)]


def _written_as_a_moment(value: object) -> object:
    if value is None or isinstance(value, datetime) or (isinstance(value, str) and "T" in value):
        return value
    remedy = "Send it like 2015-12-31T14:00:00+01:00"
    raise PydanticCustomError("moment", "is no date with a time", {"remedy": remedy})


Moment = Annotated[AwareDatetime, BeforeValidator(_written_as_a_moment)]
"""A date with a time and its distance from UTC."""


def _written_as_a_number(value: object) -> object:
    if isinstance(value, str | bool):
        raise PydanticCustomError("number", "is no number", {"remedy": "Send it like 12"})
    return value


WholeNumber = Annotated[int, BeforeValidator(_written_as_a_number)]
"""A whole number; `12.0` is one, `"12"` and `true` are none."""


class Body(BaseModel):
    """What a request brings: unknown fields are refused, so that a typing error loses nothing."""

    model_config = ConfigDict(frozen=True, extra="forbid")
