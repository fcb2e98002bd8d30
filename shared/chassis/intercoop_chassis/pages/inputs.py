"""Values as people in France type them: `1 250,50`, `3/12/2026`, `14h30`, `000 123 455`."""

import re
from datetime import date, time
from decimal import Decimal
from typing import Annotated, Final

from pydantic import BeforeValidator
from pydantic_core import PydanticCustomError

_BLANKS: Final = re.compile(r"[\s.\u00a0\u202f-]+")
_DAY: Final = re.compile(r"([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{4})")
_ISO_DAY: Final = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_TIME: Final = re.compile(r"([0-9]{1,2})\s*(?:[h:]\s*([0-9]{2})?)", re.IGNORECASE)
_NUMBER: Final = re.compile(
    r"-?[0-9]{1,3}(?:[ \u00a0\u202f]?[0-9]{3})*(?:[.,][0-9]+)?|-?[0-9]+(?:[.,][0-9]+)?"
)


def _number(typed: object) -> object:
    if not isinstance(typed, str):
        return typed
    if not _NUMBER.fullmatch(typed.strip()):
        raise PydanticCustomError("number", "is no number")
    return re.sub(r"\s", "", typed).replace(",", ".")


def _day(typed: object) -> object:
    if not isinstance(typed, str):
        return typed
    text = typed.strip()
    iso, french = _ISO_DAY.fullmatch(text), _DAY.fullmatch(text)
    if iso:
        year, month, day = iso.groups()
    elif french:
        day, month, year = french.groups()
    else:
        raise PydanticCustomError("day", "is no day")
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        raise PydanticCustomError("no_such_day", "is not in the calendar") from None


def _time(typed: object) -> object:
    if not isinstance(typed, str):
        return typed
    found = _TIME.fullmatch(typed.strip())
    try:
        return time(int(found[1]), int(found[2] or 0)) if found else _refuse_time()
    except ValueError:
        return _refuse_time()


def _refuse_time() -> time:
    raise PydanticCustomError("hour", "is no time of day")


def _digits(typed: object) -> object:
    return _BLANKS.sub("", typed) if isinstance(typed, str) else typed


Number = Annotated[Decimal, BeforeValidator(_number)]
"""`1 250,50`, `1250.5`."""

Whole = Annotated[int, BeforeValidator(_number)]
"""`1 250`."""

Day = Annotated[date, BeforeValidator(_day)]
"""`3/12/2026`, `2026-12-03`; French order alone, so that nobody's third of December is March."""

Time = Annotated[time, BeforeValidator(_time)]
"""`14h30`, `14 h`, `14:30`."""

Digits = Annotated[str, BeforeValidator(_digits)]
"""A SIREN or a number of that kind, typed in groups."""
