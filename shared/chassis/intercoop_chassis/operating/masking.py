"""Masks a parked message: only fields declared as not personal are shown, unless unmasked."""

from collections.abc import Sequence
from types import NoneType, UnionType
from typing import Annotated, Any, Final, Union, get_args, get_origin

from pydantic import BaseModel, TypeAdapter
from pydantic.errors import PydanticSchemaGenerationError
from pydantic_core import from_json, to_json

from intercoop_chassis.subscribers import Subscribers
from intercoop_contracts.personal import PersonalMark
from intercoop_contracts.streams import Ended

MASK: Final = "•••"
_SHOWN_BYTES: Final = 20_000
_UNIONS: Final = (Union, UnionType)
_LISTS: Final = (tuple, list, set, frozenset)
_ENVELOPE: Final = frozenset(
    {
        *("ce_specversion", "ce_id", "ce_source", "ce_type", "ce_time", "ce_subject"),
        *("ce_sequence", "ce_dataschema", "ce_correlationid", "ce_causationid"),
        *("traceparent", "content-type"),
    }
)

Json = Any  # JSON of a stranger
Headers = tuple[tuple[str, str], ...]


def headers_of(packed: bytes) -> dict[str, str]:
    """The envelope's headers as texts, in their order; those of strangers are masked."""
    return {name: (text or "") if name in _ENVELOPE else MASK for name, text in from_json(packed)}


def masked(value: bytes, stream_id: str, subscribers: Subscribers) -> Json:
    """The content with everything masked that its stream does not declare as not personal."""
    try:
        content = from_json(value)
    except ValueError:
        return f"{MASK} ({len(value)} bytes, not JSON)"
    subscription = subscribers.get(stream_id)
    if subscription is None or not isinstance(content, dict):
        return f"{MASK} ({len(value)} bytes)"
    if "ended" in content:
        return _model(Ended, content)
    return _model(subscription.stream.view, content)


def unmasked(value: bytes) -> Json:
    """The content; as text where it is no JSON."""
    try:
        return from_json(value)
    except ValueError:
        return value[:_SHOWN_BYTES].decode(errors="replace")


def _model(model: type[BaseModel], content: dict[str, Json]) -> Json:
    """Undeclared fields share one mask: their names, too, were chosen by the sender."""
    fields = model.model_fields
    shown = {
        name: _shown(fields[name].annotation, fields[name].metadata, value)
        for name, value in content.items()
        if name in fields
    }
    return shown if len(shown) == len(content) else shown | {MASK: MASK}


def _shown(annotation: Any, marks: Sequence[object], content: Json) -> Json:  # noqa: ANN401  typing has no name for it
    """A value of another type than its field declares is masked: a name may stand for a number."""
    if any(isinstance(mark, PersonalMark) for mark in marks):
        return MASK
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _shown(arguments[0], arguments[1:], content)
    if origin in _UNIONS:
        return _one_of(arguments, content)
    if origin in _LISTS:
        return _items(arguments, content)
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return _model(annotation, content) if isinstance(content, dict) else MASK
    return content if _holds(annotation, content) else MASK


def _one_of(arguments: Sequence[Any], content: Json) -> Json:
    if content is None and NoneType in arguments:
        return None
    fitting = [argument for argument in arguments if argument is not NoneType]
    if len(fitting) > 1:
        fitting = [argument for argument in fitting if _fits(argument, content)]
    return _shown(fitting[0], (), content) if fitting else MASK


def _items(arguments: Sequence[Any], content: Json) -> Json:
    kinds = [argument for argument in arguments if argument is not Ellipsis]
    if not isinstance(content, list) or len(kinds) != 1:
        return MASK
    return [_shown(kinds[0], (), item) for item in content]


def _holds(annotation: Any, content: Json) -> bool:  # noqa: ANN401  typing has no name for it
    single = not isinstance(content, dict | list)
    return single and annotation is not Any and _fits(annotation, content)


def _fits(annotation: Any, content: Json) -> bool:  # noqa: ANN401  typing has no name for it
    try:
        TypeAdapter(annotation).validate_json(to_json(content), strict=True)
    except (ValueError, PydanticSchemaGenerationError):
        return False
    return True
