"""JSON Schemas of the streams' views, generated from the contracts."""

from typing import Any, Union

from pydantic import TypeAdapter
from pydantic.json_schema import GenerateJsonSchema

from intercoop_contracts.bounding import narrowed, without_bounds
from intercoop_contracts.streams import Ended, Stream

Json = dict[str, Any]  # Any: JSON
AnyStream = Stream[Any]  # Any: each stream has its own view

PERIOD = "x-period"
"""Of a view that says from when to when something is: the fields, and days from one to the other at
most. The end is not before the start."""

DIALECT = GenerateJsonSchema.schema_dialect


def value_schema(stream: AnyStream) -> Json:
    """The JSON Schema of a message's value: the view, or why the entity ended.

    Of a sealed stream it describes the inside. `$id` is what `ce_dataschema` says.
    """
    value: Any = Union[stream.view, Ended]  # noqa: UP007  made at run time, which no checker follows
    schema = TypeAdapter(value).json_schema(mode="serialization", ref_template="#/$defs/{model}")
    return {"$schema": DIALECT, "$id": stream.schema_id, "title": stream.id, **schema}


def incompatibilities(old: Json, new: Json) -> list[str]:
    """What readers of `old` would miss or refuse in messages of `new`; empty when they may read on.

    Between versions of one stream fields are only added, with a default: no field goes, changes
    its type or becomes needed, no value of an enumeration goes, and no bound is narrowed.
    """
    found: list[str] = []
    old_parts, new_parts = _parts(old), _parts(new)
    for name, part in old_parts.items():
        if name not in new_parts:
            found.append(f"{name} is gone")
        else:
            found += _of_part(name, part, new_parts[name])
    return found


def _parts(schema: Json) -> Json:
    """The definitions by name, and the root."""
    root = {key: value for key, value in schema.items() if key != "$defs"}
    return {"value": root, **schema.get("$defs", {})}


def _of_part(name: str, old: Json, new: Json) -> list[str]:
    found = [f"{name} no longer knows {value!r}" for value in _gone(old, new, "enum")]
    if new.get(PERIOD) and _longest(old) > _longest(new):
        found.append(f"{name} narrowed its {PERIOD}")
    fields, new_fields = old.get("properties", {}), new.get("properties", {})
    for field, description in fields.items():
        if field not in new_fields:
            found.append(f"{name}.{field} is gone")
        elif _type(description) != _type(new_fields[field]):
            found.append(f"{name}.{field} changed its type")
        else:
            found += [
                f"{name}.{field} narrowed its {bound}"
                for bound in narrowed(description, new_fields[field])
            ]
    added = new_fields.keys() - fields.keys()
    found += [
        f"{name}.{field} is new and has no default"
        for field in sorted(added)
        if "default" not in new_fields[field]
    ]
    return found


def _longest(part: Json) -> float:
    """In days; without end where a part has no period."""
    return float(part.get(PERIOD, {}).get("maxDays", "inf"))


def _gone(old: Json, new: Json, key: str) -> list[Any]:  # Any: JSON values
    return [value for value in old.get(key, []) if value not in new.get(key, [])]


def _type(description: Json) -> Json:
    """What a field's value may be, without the words about it and without its bounds."""
    words = {"title", "description", "examples", "default"}
    plain = {key: value for key, value in description.items() if key not in words}
    return without_bounds(plain)
