"""Errors a caller can act on: each has a stable code, an HTTP status and a remedy in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar
from uuid import UUID

from intercoop_contracts.streams import Stream


class IntercoopError(Exception):
    """Something the caller can act on. `detail` says what happened and what to do about it."""

    code: ClassVar[str] = "error"
    status: ClassVar[int] = 400

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail


class InvalidError(IntercoopError):
    """A value is wrong: `field` names it (dotted path), `remedy` says what would be right."""

    code = "invalid"
    status = 422

    def __init__(self, field: str, message: str, remedy: str) -> None:
        super().__init__(f"{field}: {message}. {remedy}")
        self.field = field
        self.message = message
        self.remedy = remedy


class NotFoundError(IntercoopError):
    code = "not-found"
    status = 404


class GoneError(IntercoopError):
    """What was there has been erased, and stays so."""

    code = "gone"
    status = 410


class ConflictError(IntercoopError):
    code = "conflict"
    status = 409


class NotYetError(ConflictError):
    """An entity that this needs has not arrived from its owner.

    In a consumer's transaction it parks the change that needs it, until that entity has arrived; a
    command is refused, and may succeed later.
    """

    code = "not-yet"

    def __init__(self, stream: Stream[Any], subject: UUID | str) -> None:  # Any: any view
        super().__init__(f"waits for {stream.id} {subject}")
        self.detail = f"{stream.id} {subject} has not arrived here yet: try again in a while"
        self.waits_for = waits_for(stream.id, str(subject))


class ForeignIdError(TypeError):
    """A view was published under an id that is not its owner's, or names one that is not."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A field (dotted path) that is `saved` and was `sent` otherwise: texts, empty for nothing."""

    field: str
    saved: str
    sent: str


class StaleVersionError(IntercoopError):
    """The thing has changed since the caller read it; where it now differs from what was sent."""

    code = "stale-version"
    status = 412

    def __init__(self, detail: str, differences: Sequence[Difference] = ()) -> None:
        super().__init__(detail)
        self.differences = tuple(differences)


class UnauthenticatedError(IntercoopError):
    code = "unauthenticated"
    status = 401


class ForbiddenError(IntercoopError):
    code = "forbidden"
    status = 403


class UnavailableError(IntercoopError):
    """Something this needs is down; the same request may succeed later."""

    code = "unavailable"
    status = 503


class ErasedEntityError(ConflictError):
    """An erased entity was published again; it stays erased."""

    code = "erased"


class PayloadTooLargeError(IntercoopError):
    """A view is larger than a message may be, or a body than its route takes."""

    code = "payload-too-large"
    status = 413


class UnsupportedMediaTypeError(IntercoopError):
    """A body is not of a kind that its route takes, or is compressed."""

    code = "unsupported-media-type"
    status = 415


def waits_for(stream_id: str, subject: str) -> str:
    """How what waits, and what it waits for, are named."""
    return f"{stream_id}/{subject}"
