"""Publications: what a transaction says about its owner's entities, collected until the commit."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from pydantic import ValidationError
from pydantic_core import to_json
from uuid_utils.compat import uuid7

from intercoop_chassis.errors import PayloadTooLargeError
from intercoop_contracts.streams import Ended, Key, View

MAX_VALUE_BYTES: Final = 599_999
"""Of a view in the clear. Sealing adds some 80 bytes, headers stay below 20 kB, and a broker takes
1 MB: nothing unsendable is ever committed."""


class InvalidViewError(ValueError):
    """A view that no reader would take: a mistake of this service, and not of whoever called it."""


@dataclass(frozen=True, slots=True)
class Publication:
    """One entity's new state, ready to be written."""

    event_id: UUID
    event_type: str
    value: str
    erased: bool


class Publications:
    """What a transaction has published so far: the last state of each (topic, subject)."""

    def __init__(self) -> None:
        self._pending: dict[Key, Publication] = {}

    def add(self, topic: str, subject: str, view: View | Ended, event_type: str) -> None:
        """Collect a state. Raises what `written` does."""
        value = written(topic, subject, view)
        erased = isinstance(view, Ended) and view.ended.erased
        self._pending[topic, subject] = Publication(uuid7(), event_type, value.decode(), erased)

    def take(self) -> dict[Key, Publication]:
        """Hand over what was collected, and begin anew."""
        pending, self._pending = self._pending, {}
        return pending


def written(topic: str, subject: str, view: View | Ended) -> bytes:
    """A view as its message says it, read again as every reader will: `model_copy` checks nothing.

    Raises `PayloadTooLargeError` for one that no message could carry, and `InvalidViewError`.
    """
    value = to_json(view)
    if len(value) > MAX_VALUE_BYTES:
        raise PayloadTooLargeError(
            f"{topic} {subject}: the view has {len(value)} bytes and a message takes "
            f"{MAX_VALUE_BYTES}; shorten its texts"
        )
    try:
        type(view).__pydantic_validator__.validate_json(value)
    except ValidationError as error:
        wrong = f"{topic} {subject}: nobody could read this view ({wrong_fields(error)})"
        raise InvalidViewError(wrong) from None  # its text quotes values, which may be personal
    return value


def wrong_fields(error: ValidationError) -> str:
    """Which fields are wrong and in which way, without their values, which may be personal."""
    problems: Sequence[Any] = error.errors(include_input=False, include_url=False)  # Any: its dicts
    return "; ".join(
        f"{'.'.join(str(part) for part in problem['loc']) or 'value'}: {problem['type']}"
        for problem in problems[:5]
    )
