"""The kinds of values that requests bring, narrow enough that nothing strange gets further."""

import re
from datetime import date
from typing import Annotated, Final

from pydantic import BaseModel, BeforeValidator, ConfigDict, StringConstraints
from pydantic_core import PydanticCustomError

from intercoop_contracts.streams import OWNER_PATTERN

VISIBLE: Final = r"^[^\x00-\x1f\x7f-\x9f]*$"
"""No control characters: NUL, line ends, escapes."""

SLUG: Final = f"^{OWNER_PATTERN}$"
DEPARTEMENT: Final = "^(?:[0-9]{2}|2[AB]|97[1-6])$"
TRADE: Final = r"^[0-9]{2}(?:\.(?:[0-9]{1,2}[A-Z]?)?)?$"
COMMUNE: Final = "^[0-9][0-9AB][0-9]{3}$"
POSTCODE: Final = "^[0-9]{5}$"

_DAY: Final = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")

Text = Annotated[str, StringConstraints(max_length=300, pattern=VISIBLE)]
Slug = Annotated[str, StringConstraints(max_length=63, pattern=SLUG)]


def _written_as_a_day(value: object) -> object:
    """Numbers are no dates here, though pydantic would take them for seconds since 1970."""
    if value is None or isinstance(value, date):
        return value
    if isinstance(value, str) and _DAY.fullmatch(value):
        return value
    raise PydanticCustomError("day", "is no date", {"remedy": "Send it like 2015-12-31"})


Day = Annotated[date, BeforeValidator(_written_as_a_day)]


def _written_as_a_number(value: object) -> object:
    if isinstance(value, str | bool):
        raise PydanticCustomError("number", "is no number", {"remedy": "Send it like 12"})
    return value


Whole = Annotated[int, BeforeValidator(_written_as_a_number)]
"""A whole number; `12.0` is one, `"12"` and `true` are none."""


class Body(BaseModel):
    """What a request brings: unknown fields are refused, so that a typing error loses nothing."""

    model_config = ConfigDict(frozen=True, extra="forbid")
