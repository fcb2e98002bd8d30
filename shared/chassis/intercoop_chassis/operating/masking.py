"""A parked message's content: only what is known to be public is shown before it is asked for."""

from typing import Any, Final, get_args

from pydantic import BaseModel
from pydantic_core import from_json

from intercoop_chassis.sealing import Keyring, SealError, open_fields
from intercoop_chassis.subscribers import Subscribers
from intercoop_contracts.personal import PersonalMark
from intercoop_contracts.streams import End

MASK: Final = "•••"
_SHOWN_BYTES: Final = 20_000

Json = Any  # JSON of a stranger
Headers = tuple[tuple[str, str], ...]


def headers_of(packed: bytes) -> dict[str, str]:
    """The envelope's headers as texts, in their order; those of strangers are masked."""
    known = ("ce_", "content-type", "traceparent")
    return {
        name: (text or "") if name.startswith(known) else MASK for name, text in from_json(packed)
    }


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
        return {"ended": _model(End, content["ended"])}
    return _model(subscription.stream.view, content)


def unmasked(
    value: bytes, stream_id: str, subscribers: Subscribers, keyring: Keyring | None
) -> Json:
    """The content, opened where the keys that are here open it; as text where it is no JSON."""
    text = value[:_SHOWN_BYTES].decode(errors="replace")
    subscription = subscribers.get(stream_id)
    try:
        content = from_json(value)
        if subscription is None or keyring is None:
            return content
        return open_fields(subscription.stream.view, content, keyring)
    except SealError:
        return from_json(value)
    except (ValueError, TypeError, AttributeError, KeyError):
        return text


def _model(model: type[BaseModel], content: Json) -> Json:
    if not isinstance(content, dict):
        return MASK
    fields = model.model_fields
    return {
        (name if name in fields else MASK): (
            MASK if name not in fields else _field(fields[name], shown)
        )
        for name, shown in content.items()
    }


def _field(field: Any, content: Json) -> Json:  # noqa: ANN401  pydantic's description of a field
    if any(isinstance(mark, PersonalMark) for mark in field.metadata):
        return MASK
    return _annotated(field.annotation, content)


def _annotated(annotation: Any, content: Json) -> Json:  # noqa: ANN401  typing has no name for it
    models = _models(annotation)
    if isinstance(content, list):
        return [_annotated(annotation, one) for one in content]
    if isinstance(content, dict):
        return _model(models[0], content) if len(models) == 1 else MASK
    return MASK if _has_mark(annotation) else content


def _models(annotation: Any) -> list[type[BaseModel]]:  # noqa: ANN401  typing has no name for it
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [model for argument in get_args(annotation) for model in _models(argument)]


def _has_mark(annotation: Any) -> bool:  # noqa: ANN401  typing has no name for it
    if isinstance(annotation, PersonalMark):
        return True
    metadata = getattr(annotation, "__metadata__", ())
    return any(_has_mark(one) for one in (*get_args(annotation), *metadata))
