"""Bounds of values that have no parts, as their JSON Schema says them, and what lies beyond."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from typing import Any, Final

from intercoop_contracts.bounds import (
    COLOUR,
    COMMUNE_CODE,
    DEPARTEMENT_CODE,
    LINES,
    NAF,
    POSTCODE,
    SIREN,
    SLUG,
    SMALLEST_DEGREE,
    VISIBLE,
)

Json = dict[str, Any]

FILLERS = ("x", '"\\%', "㎮", "İﷺ", " ", "e\u0301\u200d", "😀")
"""What texts are filled with: wide, escaped in JSON, special in SQL, longer once folded, turning."""

CODES = {
    SIREN: ("000000000", "999999999"),
    COMMUNE_CODE: ("00000", "2B999"),
    DEPARTEMENT_CODE: ("01", "989"),
    POSTCODE: ("00000", "99999"),
    NAF: ("00.00A", "99.99Z"),
    COLOUR: ("#000000", "#ffffff"),
}
"""Least and most of the patterns that are no free text."""

SUBNORMAL = 5e-324
_WESTMOST, _EASTMOST = timezone(timedelta(hours=-12)), timezone(timedelta(hours=14))


@dataclass(frozen=True)
class Id:
    """Stands for an id until the view around it says whose it is."""

    issuer: str


def scalars(each: Json) -> list[Any]:
    """The bounds of a value that has no parts, the least first and the most last."""
    if "enum" in each:
        return list(each["enum"])
    return _SCALARS[each.get("format", each["type"])](each)


def _booleans(_: Json) -> list[bool]:
    return [False, True]


def _ids(each: Json) -> list[Id]:
    return [Id(each.get("x-issued-by", "anybody"))]


def _days(each: Json) -> list[str]:
    return [each["formatMinimum"], each["formatMaximum"]]


def _moments(each: Json) -> list[str]:
    first, last = (datetime.fromisoformat(each[f"format{end}"]) for end in ("Minimum", "Maximum"))
    moments = (first, first.astimezone(_WESTMOST), last.astimezone(_EASTMOST), last)
    return [moment.isoformat() for moment in moments]


def _texts(each: Json) -> list[str]:
    pattern, least, most = each["pattern"], each.get("minLength", 0), each["maxLength"]
    if pattern in CODES:
        return list(CODES[pattern])
    if pattern == SLUG:
        return ["0", "a-" * (most // 2) + "z"]
    if pattern not in {VISIBLE, LINES}:
        raise AssertionError(f"{pattern}: say in CODES what is least and most")
    fillers = FILLERS if pattern == VISIBLE else ("\n", *FILLERS)
    return ["x" * least, *((filler * most)[:most] for filler in fillers)]


def _numbers(each: Json) -> list[float]:
    least, most = each["minimum"], each["maximum"]
    if each["type"] == "integer":
        return [least, most]
    around_zero = [0.0, -0.0, SMALLEST_DEGREE, -SMALLEST_DEGREE] if "anyOf" in each else []
    return [least, *around_zero, most]


def scalars_beyond(each: Json) -> list[Any]:
    if "enum" in each:
        return ["unheard-of", ""]
    return _BEYOND[each.get("format", each["type"])](each)


def _none(_: Json) -> list[Any]:
    return []


def _days_beyond(each: Json) -> list[str]:
    first, last = map(date.fromisoformat, _days(each))
    day = timedelta(days=1)
    return ["0001-01-01", str(first - day), str(last + day), "9999-12-31"]


def _moments_beyond(each: Json) -> list[str]:
    first, last = (datetime.fromisoformat(each[f"format{end}"]) for end in ("Minimum", "Maximum"))
    instant = timedelta(microseconds=1)
    near = [(first - instant).isoformat(), (last + instant).isoformat()]
    return ["0001-01-01T00:00:00Z", *near, "9999-12-31T23:59:59Z"]


def _integers_beyond(each: Json) -> list[int]:
    return [each["minimum"] - 1, each["maximum"] + 1, 2**31, 2**63, -(2**63), 10**30]


def _floats_beyond(each: Json) -> list[float]:
    dust = [SUBNORMAL, -SUBNORMAL, 1e-200, SMALLEST_DEGREE / 2] if "anyOf" in each else []
    return [each["minimum"] - 1e-6, each["maximum"] + 1e-6, 1e308, -1e308, *dust]


def _texts_beyond(each: Json) -> list[str]:
    pattern, least, most = each["pattern"], each.get("minLength", 0), each["maxLength"]
    long = ["x" * (most + 1), "😀" * (most + 1), "x" * 100_000]
    if pattern in CODES:
        code = CODES[pattern][1]
        return [*long, "", code + "\n", f"-{code[1:]}", f"{code[:-1]}٣"]
    if pattern == SLUG:
        return ["", "a" * (most + 1), "A", "a--b", "-a", "a.b", "é", "a\n"]
    controls = ["a\0b", "\x1b[0m", "a\x7f", "a\x85b", *([] if pattern == LINES else ["a\nb"])]
    return [*long, *controls, *([""] if least else [])]


_SCALARS: Final[Mapping[str, Callable[[Json], list[Any]]]] = {
    "boolean": _booleans,
    "uuid": _ids,
    "date": _days,
    "date-time": _moments,
    "string": _texts,
    "integer": _numbers,
    "number": _numbers,
}
_BEYOND: Final[Mapping[str, Callable[[Json], list[Any]]]] = {
    "boolean": _none,
    "uuid": _none,
    "date": _days_beyond,
    "date-time": _moments_beyond,
    "string": _texts_beyond,
    "integer": _integers_beyond,
    "number": _floats_beyond,
}
