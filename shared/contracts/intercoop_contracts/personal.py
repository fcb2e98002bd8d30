"""Marks the fields that hold personal data: no shared stream has one, operators see them masked."""

from collections.abc import Iterator
from functools import cache
from typing import Annotated, Any, TypeVar, get_args, get_origin

from pydantic import BaseModel, GetJsonSchemaHandler
from pydantic.fields import FieldInfo
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

T = TypeVar("T")

PersonalPath = tuple[str, ...]


class PersonalMark:
    """Carried by an annotation; the JSON Schema says so with `x-personal`."""

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        described = handler(schema)
        described["x-personal"] = True
        described["description"] = "Personal: masked wherever operators look."
        return described


Personal = Annotated[T, PersonalMark()]
"""`Personal[str]`: a text about a natural person, for streams of audience `private` only."""


def personal_paths(model: type[BaseModel]) -> frozenset[PersonalPath]:
    """Where `model` holds personal text: field names from the root, `"*"` for each item of a list.

    A view with `contact_points: tuple[ContactPoint, ...]` whose `value` is personal gives
    `("contact_points", "*", "value")`.
    """
    return _paths(model)


@cache
def _paths(model: Any) -> frozenset[PersonalPath]:  # noqa: ANN401  a cached argument is any hashable
    fields: dict[str, FieldInfo] = model.model_fields
    return frozenset(path for name, field in fields.items() for path in _of_field(name, field))


def _of_field(name: str, field: FieldInfo) -> Iterator[PersonalPath]:
    if any(isinstance(mark, PersonalMark) for mark in field.metadata):
        yield (name,)
    for path in _of_annotation(field.annotation):
        yield (name, *path)


def _of_annotation(annotation: Any) -> Iterator[PersonalPath]:  # noqa: ANN401  typing has no name for "an annotation"
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield from personal_paths(annotation)
        return
    origin, args = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        if any(isinstance(mark, PersonalMark) for mark in args[1:]):
            yield ()
        yield from _of_annotation(args[0])
        return
    items = ("*",) if origin in (tuple, list, set, frozenset) else ()
    for argument in args:
        for path in _of_annotation(argument):
            yield (*items, *path)
