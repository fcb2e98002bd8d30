"""Draws views from a JSON Schema: one field after the other at a bound, or beyond it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from intercoop_contracts.bounds import SLUG
from intercoop_contracts.schemas import PERIOD, value_schema
from intercoop_contracts.streams import Stream
from testkit.extremes.scalars import Id, Json, scalars, scalars_beyond
from testkit.ids import new_id


class Extreme(NamedTuple):
    """A view, and where in it which value stands: `place.lat=90`."""

    where: str
    view: Json


@dataclass(frozen=True)
class Drawing:
    """Draws views of one stream; `parts` are the schema's definitions."""

    root: Json
    parts: Mapping[str, Json]
    publisher: str
    addressee: str

    @classmethod
    def of(cls, stream: Stream[Any], publisher: str, addressee: str) -> "Drawing":
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

    def in_period(self, extreme: Extreme) -> Extreme:
        """The extreme with an end that goes with its start, or a start with its end."""
        if PERIOD not in self.root:
            return extreme
        start, end = self.root[PERIOD]["from"], self.root[PERIOD]["to"]
        kept, follows = (end, start) if extreme.where.startswith(f"{end}=") else (start, end)
        return Extreme(extreme.where, extreme.view | {follows: extreme.view[kept]})

    def longest(self) -> Iterator[Extreme]:
        """What lasts as long as it may."""
        if PERIOD in self.root:
            start, end, days = (self.root[PERIOD][part] for part in ("from", "to", "maxDays"))
            view = self._usual(self.root)
            last = datetime.fromisoformat(view[start]) + timedelta(days=days)
            yield Extreme(f"{end}=after {days} days", view | {end: last.isoformat()})

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
            yield from ((f"={_brief(value)}", value) for value in scalars(each))
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
            yield from ((f"={_brief(value)}", value) for value in scalars_beyond(each))


def _brief(value: object) -> str:
    text = str(value)
    return text if len(text) < 40 else f"{text[:3]!r} of {len(text)}"
