"""How much a value may be: the texts, numbers and days that views are made of, with their bounds.

A bound is never narrowed: an owner's values stay valid. HTTP bodies and imports take what these
take, or less.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Annotated, Any, Final

from pydantic import (
    AfterValidator,
    AwareDatetime,
    Field,
    GetJsonSchemaHandler,
    StringConstraints,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError

OWNER_PATTERN: Final = "[a-z0-9]+(?:-[a-z0-9]+)*"
_TURNS: Final = r"\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069"
"""What turns the direction of a text, or ends a line unseen: one name passes for another."""

VISIBLE: Final = rf"^[^\x00-\x1f\x7f-\x9f{_TURNS}]*$"
"""No control characters: NUL, line ends, escapes, turns of direction."""

LINES: Final = rf"^[^\x00-\x09\x0b\x0c\x0e-\x1f\x7f-\x9f{_TURNS}]*$"
"""No control characters but line ends."""

SLUG: Final = f"^{OWNER_PATTERN}$"
SIREN: Final = "^[0-9]{9}$"
COMMUNE_CODE: Final = "^[0-9][0-9AB][0-9]{3}$"
DEPARTEMENT_CODE: Final = "^(?:[0-9]{2}|2[AB]|9[78][0-9])$"
POSTCODE: Final = "^[0-9]{5}$"
NAF: Final = "^[0-9]{2}[.][0-9]{2}[A-Z]$"
COLOUR: Final = "^#[0-9a-f]{6}$"

MAX_SLUG: Final = 63
MAX_NAME: Final = 200
MAX_TAG: Final = 80
MAX_LINE: Final = 300
MAX_TEXT: Final = 4000
MAX_EMAIL: Final = 254
MAX_PHONE: Final = 60
MAX_COUNT: Final = 1_000_000
MAX_REVISION: Final = 1_000_000_000
"""Fits 32 bits, those of iCalendar's SEQUENCE (RFC 5545, 3.3.8) and of a column."""

FIRST_DAY: Final = date(1800, 1, 1)
LAST_DAY: Final = date(2199, 12, 31)
FIRST_MOMENT: Final = datetime(1800, 1, 1, tzinfo=UTC)
LAST_MOMENT: Final = datetime(2199, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC)

MAX_PERIOD_DAYS: Final = 366
"""From the start to the end of what is announced: longer, it would head every list for ever."""

SMALLEST_DEGREE: Final = 1e-9
"""A tenth of a millimetre. What is nearer to zero is zero: its square is no number any more."""


@dataclass(frozen=True, slots=True, eq=False)
class Keywords:
    """What the JSON Schema says of a bound that pydantic does not describe itself."""

    said: Mapping[str, Any]  # Any: JSON

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        return {**handler(schema), **self.said}


def _not_nearly_zero(degrees: float) -> float:
    if degrees and abs(degrees) < SMALLEST_DEGREE:
        remedy = {"remedy": "Send 0, or at least 0.000000001"}
        raise PydanticCustomError("nearly_zero", "is nearly zero", remedy)
    return degrees


_NEARLY_ZERO: Final = (
    AfterValidator(_not_nearly_zero),
    Keywords(
        {"anyOf": [{"const": 0}, {"minimum": SMALLEST_DEGREE}, {"maximum": -SMALLEST_DEGREE}]}
    ),
)

Slug = Annotated[str, StringConstraints(min_length=1, max_length=MAX_SLUG, pattern=SLUG)]
"""An owner's short name."""

Name = Annotated[str, StringConstraints(min_length=1, max_length=MAX_NAME, pattern=VISIBLE)]
"""A name or a title, on one line."""

Tag = Annotated[str, StringConstraints(min_length=1, max_length=MAX_TAG, pattern=VISIBLE)]
Text = Annotated[str, StringConstraints(max_length=MAX_LINE, pattern=VISIBLE)]
"""A few words on one line; they may be none."""

LongText = Annotated[str, StringConstraints(max_length=MAX_TEXT, pattern=LINES)]
"""Several lines; they may be none."""

Siren = Annotated[str, StringConstraints(max_length=9, pattern=SIREN)]
"""A legal unit, an EPCI among them; the check digit is its owner's business."""

CommuneCode = Annotated[str, StringConstraints(max_length=5, pattern=COMMUNE_CODE)]
DepartementCode = Annotated[str, StringConstraints(max_length=3, pattern=DEPARTEMENT_CODE)]
Postcode = Annotated[str, StringConstraints(max_length=5, pattern=POSTCODE)]
NafCode = Annotated[str, StringConstraints(max_length=6, pattern=NAF)]
Email = Annotated[str, StringConstraints(min_length=1, max_length=MAX_EMAIL, pattern=VISIBLE)]
Phone = Annotated[str, StringConstraints(min_length=1, max_length=MAX_PHONE, pattern=VISIBLE)]
Website = Annotated[str, StringConstraints(min_length=1, max_length=MAX_LINE, pattern=VISIBLE)]

Count = Annotated[int, Field(ge=0, le=MAX_COUNT)]
Revision = Annotated[int, Field(ge=1, le=MAX_REVISION)]
"""Rises with each change of what one owner says to another."""

ScheduleRevision = Annotated[int, Field(ge=0, le=MAX_REVISION)]
"""iCalendar's SEQUENCE."""

Latitude = Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False), *_NEARLY_ZERO]
Longitude = Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False), *_NEARLY_ZERO]

Day = Annotated[
    date,
    Field(ge=FIRST_DAY, le=LAST_DAY),
    Keywords({"formatMinimum": FIRST_DAY.isoformat(), "formatMaximum": LAST_DAY.isoformat()}),
]
Moment = Annotated[
    AwareDatetime,
    Field(ge=FIRST_MOMENT, le=LAST_MOMENT),
    Keywords(
        {
            "formatMinimum": FIRST_MOMENT.isoformat(),
            "formatMaximum": LAST_MOMENT.isoformat(),
        }
    ),
]
"""A date with a time and its distance from UTC."""
