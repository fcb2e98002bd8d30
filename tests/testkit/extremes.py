"""Views at the bounds of their contracts, and beyond: drawn from the streams' own JSON Schemas.

Well-formed JSON of the right types. Whose an id is, is as the contract declares it, so that nothing
is wrong with a view but where it says so.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from typing import Any, Final, NamedTuple

from pydantic import BaseModel

from intercoop_contracts.attribution import Issuer
from intercoop_contracts.bounds import (
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
from intercoop_contracts.schemas import value_schema
from intercoop_contracts.streams import Stream
from testkit.ids import new_id

Json = dict[str, Any]

FILLERS = ("x", '"\\%', "㎮", "İﷺ", " ", "é\u202e\u2028", "😀")
"""What texts are filled with: wide, escaped in JSON, special in SQL, longer once folded, turning."""

CODES = {
    SIREN: ("000000000", "999999999"),
    COMMUNE_CODE: ("00000", "2B999"),
    DEPARTEMENT_CODE: ("01", "989"),
    POSTCODE: ("00000", "99999"),
    NAF: ("00.00A", "99.99Z"),
}
"""Least and most of the patterns that are no free text."""

SUBNORMAL = 5e-324
_WESTMOST, _EASTMOST = timezone(timedelta(hours=-12)), timezone(timedelta(hours=14))


class Extreme(NamedTuple):
    """A view, and where in it which value stands: `place.lat=90`."""

    where: str
    view: Json


@dataclass(frozen=True)
class Id:
    """Stands for an id until the view around it says whose it is."""

    issuer: str


def at_the_bounds(
    stream: Stream[Any], publisher: str = "auvergne", addressee: str = "midi-pyrenees"
) -> list[Extreme]:
    """Views that everybody takes: each field at each of its bounds, and all at once."""
    drawing = _Drawing.of(stream, publisher, addressee)
    every = [Extreme("all least", drawing.least), Extreme("all most", drawing.most)]
    return [drawing.settled(extreme) for extreme in (*every, *drawing.at_the_bounds())]


def beyond_the_bounds(
    stream: Stream[Any], publisher: str = "auvergne", addressee: str = "midi-pyrenees"
) -> list[Extreme]:
    """Views that nobody takes: one field of each is beyond one of its bounds."""
    drawing = _Drawing.of(stream, publisher, addressee)
    return [drawing.settled(extreme) for extreme in drawing.beyond_the_bounds()]


def bodies_at_the_bounds(body: type[BaseModel], **usual: Any) -> list[Extreme]:
    """Bodies of requests, each field at each of its bounds; `usual` is what the others say."""
    schema = body.model_json_schema()
    drawing = _Drawing(schema, schema.get("$defs", {}), "midi-pyrenees", "auvergne")
    extremes = [
        Extreme(where, view | {name: usual[name] for name in usual if not _is_about(where, name)})
        for where, view in drawing.at_the_bounds()
    ]
    return [drawing.settled(extreme) for extreme in extremes]


def _is_about(where: str, name: str) -> bool:
    return where.split("=", maxsplit=1)[0].split(".", maxsplit=1)[0] == name


def subject_of(stream: Stream[Any], view: Json, publisher: str = "auvergne") -> str:
    """A new subject of a view, as the stream says whose it is."""
    match stream.key.issuer:
        case Issuer.PUBLISHER:
            return str(new_id(publisher))
        case Issuer.ANYBODY:
            return f"{view['request_id']}/{view['organisation_id']}"
        case field:
            return str(new_id(view[field]))


@dataclass(frozen=True)
class _Drawing:
    """Draws views of one stream; `parts` are the schema's definitions."""

    root: Json
    parts: Mapping[str, Json]
    publisher: str
    addressee: str

    @classmethod
    def of(cls, stream: Stream[Any], publisher: str, addressee: str) -> "_Drawing":
        schema = value_schema(stream)
        return cls(schema["$defs"][stream.view.__name__], schema["$defs"], publisher, addressee)

    @property
    def least(self) -> Json:
        return {name: self._least(each) for name, each in self._fields(self.root)}

    @property
    def most(self) -> Json:
        return {name: self._most(each) for name, each in self._fields(self.root)}

    def at_the_bounds(self) -> Iterator[Extreme]:
        yield from self._varied(self.root, self._bounds)

    def beyond_the_bounds(self) -> Iterator[Extreme]:
        yield from self._varied(self.root, self._beyond)

    def settled(self, extreme: Extreme) -> Extreme:
        return Extreme(extreme.where, self._with_ids(extreme.view))

    def _with_ids(self, value: Any) -> Any:
        match value:
            case Id():
                return str(new_id(self.publisher))
            case dict():
                return {name: self._id_in(value, each) for name, each in value.items()}
            case list():
                return [self._with_ids(each) for each in value]
            case _:
                return value

    def _id_in(self, view: Json, value: Any) -> Any:
        if isinstance(value, Id) and value.issuer in view:
            return str(new_id(view[value.issuer]))
        return self._with_ids(value)

    def _fields(self, part: Json) -> Iterator[tuple[str, Json]]:
        for name, description in part["properties"].items():
            yield name, self._resolved(description)

    def _resolved(self, description: Json) -> Json:
        """What a value is, where it is something; null is a bound of what may be nothing."""
        if "$ref" in description:
            return self.parts[description["$ref"].rpartition("/")[2]]
        if "type" not in description and "anyOf" in description:
            some, _ = description["anyOf"]
            return self._resolved(some) | {"or null": True}
        return description

    def _usual(self, part: Json) -> Json:
        needed = part.get("required", [])
        return {name: self._plain(each) for name, each in self._fields(part) if name in needed}

    def _plain(self, each: Json) -> Any:
        """An ordinary value."""
        if "properties" in each:
            return self._usual(each)
        if each.get("pattern") == SLUG:
            return self.addressee
        return self._least(each)

    def _varied(self, part: Json, values: Any) -> Iterator[Extreme]:
        """The part with one field after the other as `values` says."""
        for name, each in self._fields(part):
            for where, value in values(each):
                yield Extreme(f"{name}{where}", self._usual(part) | {name: value})

    def _least(self, each: Json) -> Any:
        return next(value for where, value in self._bounds(each) if where)

    def _most(self, each: Json) -> Any:
        if "properties" in each:
            return {name: self._most(field) for name, field in self._fields(each)}
        if each.get("type") == "array":
            return [self._most(self._resolved(each["items"]))] * each["maxItems"]
        return [value for _, value in self._bounds(each) if value is not None][-1]

    def _bounds(self, each: Json) -> Iterator[tuple[str, Any]]:
        """Every bound of a value, the least first."""
        if "properties" in each:
            yield from ((f".{where}", view) for where, view in self._varied(each, self._bounds))
        elif each.get("type") == "array":
            yield from self._bounds_of_list(each)
        else:
            yield from ((f"={_brief(value)}", value) for value in _scalars(each))
        if each.get("or null"):
            yield "=null", None

    def _bounds_of_list(self, each: Json) -> Iterator[tuple[str, Any]]:
        item = self._resolved(each["items"])
        yield "=[]", []
        yield from ((f".0{where}", [value]) for where, value in self._bounds(item))
        yield f"={each['maxItems']} items", self._most(each)

    def _beyond(self, each: Json) -> Iterator[tuple[str, Any]]:
        if "properties" in each:
            yield from ((f".{where}", view) for where, view in self._varied(each, self._beyond))
        elif each.get("type") == "array":
            item = self._resolved(each["items"])
            yield from ((f".0{where}", [value]) for where, value in self._beyond(item))
            many = each["maxItems"] + 1
            yield f"={many} items", [self._plain(item)] * many
        else:
            yield from ((f"={_brief(value)}", value) for value in _scalars_beyond(each))


def _brief(value: object) -> str:
    text = str(value)
    return text if len(text) < 40 else f"{text[:3]!r} of {len(text)}"


def _scalars(each: Json) -> list[Any]:
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


def _scalars_beyond(each: Json) -> list[Any]:
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
