"""What JSON Schemas say of bounds: which fields lack one, and which bounds were narrowed."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

Json = dict[str, Any]  # Any: JSON
IsNarrower = Callable[[Any, Any], bool]  # Any: the limits, of whatever type

_LOWER: Final = ("minLength", "minItems", "minimum", "formatMinimum")
_UPPER: Final = ("maxLength", "maxItems", "maximum", "formatMaximum")


def _rises(old: Any, new: Any) -> bool:  # noqa: ANN401  a limit
    return new is not None and (old is None or new > old)


def _falls(old: Any, new: Any) -> bool:  # noqa: ANN401  a limit
    return new is not None and (old is None or new < old)


def _is_another(old: Any, new: Any) -> bool:  # noqa: ANN401  a pattern
    """Whether one pattern takes all that another takes cannot be computed: it may only go."""
    return new is not None and new != old


_NARROWER: Final[Mapping[str, IsNarrower]] = {
    **dict.fromkeys(_LOWER, _rises),
    **dict.fromkeys(_UPPER, _falls),
    "pattern": _is_another,
    "anyOf": _is_another,
}
"""`anyOf` beside a type is a bound, as of a position; without a type it names several types."""

_NEEDED: Final[Mapping[str, tuple[str, ...]]] = {
    "string": ("maxLength",),
    "number": ("minimum", "maximum"),
    "integer": ("minimum", "maximum"),
    "array": ("maxItems",),
}
_OF_FORMAT: Final[Mapping[str, tuple[str, ...]]] = {
    "uuid": (),
    "date": ("formatMinimum", "formatMaximum"),
    "date-time": ("formatMinimum", "formatMaximum"),
}
_BOUNDED: Final = ("$ref", "enum", "const")


def unbounded(schema: Json) -> list[str]:
    """The fields of a stream's schema whose values may be as long or as large as they like."""
    parts = {"value": schema, **schema.get("$defs", {})}
    return [
        f"{name}.{field}: {lack}"
        for name, part in parts.items()
        for field, description in part.get("properties", {}).items()
        for lack in _lacks(description)
    ]


def _lacks(description: Json) -> Iterator[str]:
    kind = description.get("type")
    if kind in {"boolean", "null"} or any(key in description for key in _BOUNDED):
        return
    if kind is None:
        for each in description.get("anyOf", [{"type": "value of any type"}]):
            yield from _lacks(each)
        return
    needed = _OF_FORMAT.get(description.get("format", ""), _NEEDED.get(kind))
    if needed is None:
        yield f"a {kind} has no bounds: make it a view with fields"
    else:
        yield from (f"no {bound}" for bound in needed if bound not in description)
    if kind == "array":
        yield from _lacks(description["items"])


def narrowed(old: Json, new: Json) -> list[str]:
    """The bounds of one value that take less in `new` than in `old`; its type is the same."""
    bounds = [
        bound
        for bound, is_narrower in _NARROWER.items()
        if _is_bound(bound, old) and is_narrower(old.get(bound), new.get(bound))
    ]
    for before, after in zip(_parts(old), _parts(new), strict=False):
        bounds += narrowed(before, after)
    return bounds


def without_bounds(description: Json) -> Json:
    """What a value may be, its bounds left out, and those of its parts."""
    plain: Json = {}
    for key, value in description.items():
        if key in _NARROWER and _is_bound(key, description):
            continue
        if key == "anyOf":
            plain[key] = [without_bounds(each) for each in value]
        else:
            plain[key] = without_bounds(value) if key == "items" else value
    return plain


def _is_bound(key: str, description: Json) -> bool:
    return key != "anyOf" or "type" in description


def _parts(description: Json) -> list[Json]:
    """The schemas inside one: of a list's items, of each type a value may have."""
    items = [description["items"]] if "items" in description else []
    return items + ([] if "type" in description else description.get("anyOf", []))
