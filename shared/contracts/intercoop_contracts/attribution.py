"""Whose an id is: what a view declares of its ids, and whether they are as declared."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from functools import cache
from typing import Annotated, Any, Final, NamedTuple, get_args, get_origin
from uuid import UUID

from pydantic import BaseModel, GetJsonSchemaHandler
from pydantic.fields import FieldInfo
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from intercoop_contracts.ids import ENDLESS, is_subject_of


class Issuer(Enum):
    """Whose tag an id carries where no field of the view names the owner."""

    PUBLISHER = "publisher"
    ANYBODY = "anybody"


@dataclass(frozen=True, slots=True)
class IssuedBy:
    """Carried by the annotation of an id: its tag is the publisher's, or anybody's.

    Or that of the owner which the field `issuer` names, beside it in the same view.
    """

    issuer: str | Issuer

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        described = handler(schema)
        described["x-issued-by"] = self.in_words
        return described

    @property
    def in_words(self) -> str:
        return self.issuer.value if isinstance(self.issuer, Issuer) else self.issuer

    def owner(self, view: BaseModel, publisher: str) -> str | None:
        """Whose id it has to be, in a view of `publisher`; None when it may be anybody's."""
        match self.issuer:
            case Issuer.PUBLISHER:
                return publisher
            case Issuer.ANYBODY:
                return None
            case field:
                return str(getattr(view, field))


OWN: Final = IssuedBy(Issuer.PUBLISHER)
ANYBODYS: Final = IssuedBy(Issuer.ANYBODY)

OwnId = Annotated[UUID, OWN]
"""The id of an entity of whoever publishes the view."""

AnyId = Annotated[UUID, ANYBODYS]
"""An id that may be of any owner's entity, or of none: nothing follows from it but a look-up."""


class _Declared(NamedTuple):
    """The ids of a model, and its fields that hold models with ids; `undeclared` say nothing."""

    ids: tuple[tuple[str, IssuedBy], ...]
    parts: tuple[str, ...]
    undeclared: tuple[str, ...]


def foreign_id(view: BaseModel, publisher: str, before: str = ENDLESS) -> str | None:
    """The path of the first id in a view that is not whose it has to be, e.g. `invitations.0.id`.

    Nor may it be of a time that is not `before` (`ids.beginning_at`). None when all are right.
    """
    declared = _declared(type(view))
    for name, issued_by in declared.ids:
        entity = getattr(view, name)
        owner = issued_by.owner(view, publisher)
        if entity is None or owner is None:
            continue
        text = str(entity)
        if text > before or not is_subject_of(text, owner):
            return name
    for name in declared.parts:
        if path := _foreign_in(getattr(view, name), publisher, before):
            return f"{name}{path}"
    return None


def declares_ids(model: type[BaseModel]) -> bool:
    """Whether a view, or a part of it, has a field that is an id."""
    declared = _declared(model)
    return bool(declared.ids or declared.parts)


def faulty_declarations(model: type[BaseModel]) -> Iterator[str]:
    """What a view says of its ids that cannot be: no issuer, or one that is no field beside it."""
    declared = _declared(model)
    for name in declared.undeclared:
        yield f"{name} is an id: say whose (OwnId, AnyId, Annotated[UUID, IssuedBy(…)])"
    for name, issued_by in declared.ids:
        if isinstance(issued_by.issuer, str) and issued_by.issuer not in model.model_fields:
            yield f"{name} is issued by {issued_by.issuer}, which is no field beside it"
    for name in declared.parts:
        for part in _models(model.model_fields[name].annotation):
            yield from (f"{name}.{fault}" for fault in faulty_declarations(part))


def _foreign_in(part: object, publisher: str, before: str) -> str | None:
    if isinstance(part, BaseModel):
        path = foreign_id(part, publisher, before)
        return path and f".{path}"
    for number, item in enumerate(part if isinstance(part, tuple) else ()):
        if path := _foreign_in(item, publisher, before):
            return f".{number}{path}"
    return None


@cache
def _declared(model: type[BaseModel]) -> _Declared:
    ids: list[tuple[str, IssuedBy]] = []
    parts: list[str] = []
    undeclared: list[str] = []
    for name, field in model.model_fields.items():
        marks = [mark for mark in _marks(field) if isinstance(mark, IssuedBy)]
        if marks:
            ids.append((name, marks[0]))
        elif _holds_id(field.annotation):
            undeclared.append(name)
        elif any(any(_declared(part)) for part in _models(field.annotation)):
            parts.append(name)
    return _Declared(tuple(ids), tuple(parts), tuple(undeclared))


def _marks(field: FieldInfo) -> Iterator[object]:
    """What an annotation carries, also inside of `… | None`."""
    yield from field.metadata
    for argument in get_args(field.annotation):
        if get_origin(argument) is Annotated:
            yield from get_args(argument)[1:]


def _holds_id(annotation: Any) -> bool:  # noqa: ANN401  typing has no name for "an annotation"
    return annotation is UUID or any(map(_holds_id, get_args(annotation)))


def _models(annotation: Any) -> Iterator[type[BaseModel]]:  # noqa: ANN401  as above
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for argument in get_args(annotation):
        yield from _models(argument)
