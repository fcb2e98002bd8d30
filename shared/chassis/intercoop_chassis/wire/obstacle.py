"""An obstacle: why a change cannot be applied now, as a kind and in words."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

MAX_REASON: Final = 2000


class ObstacleKind(StrEnum):
    """What is in the way of a change. The table `parked` takes these and no others."""

    EMPTY = "empty"
    """It has no value: a tombstone, which no owner writes."""

    TOO_LARGE = "too-large"
    """Its view is larger than any that is published."""

    UNREADABLE = "unreadable"
    """Its value is no JSON, or does not have the form of the stream's view."""

    MISSING_KEY = "missing-key"
    """It is sealed with a key that the key file lacks."""

    UNOPENABLE = "unopenable"
    """Its key is here and does not open it: it was changed, or moved from another place."""

    UNSEALED = "unsealed"
    """Its stream is private, and it is not sealed as private values are: in the clear, or by an
    earlier version of the software, field by field."""

    FOREIGN_ID = "foreign-id"
    """An id in it carries the tag of another owner than the stream says."""

    EXCESS = "excess"
    """Its owner has more living entities here, or more bytes, than one owner may have."""

    UNSUBSCRIBED = "unsubscribed"
    """It was kept by a version of the service that read its stream."""

    NOT_YET = "not-yet"
    """An entity that it needs has not arrived from its owner."""

    SUBSCRIBER_FAILED = "subscriber-failed"
    """A projection or a reaction raised an error."""

    SET_ASIDE = "set-aside"
    """Many of its topic failed in one poll: it is tried alone, beside what others publish."""

    STUBBORN = "stubborn"
    """Applying it fails again and again for the database's sake, while the database answers."""


UNVOUCHED: Final = frozenset(
    {ObstacleKind.MISSING_KEY, ObstacleKind.UNOPENABLE, ObstacleKind.UNSEALED}
)
"""Kinds of a record of a private stream that was not opened: no key vouches for its version."""


LASTING: Final = frozenset(
    {
        ObstacleKind.EMPTY,
        ObstacleKind.TOO_LARGE,
        ObstacleKind.UNREADABLE,
        ObstacleKind.UNOPENABLE,
        ObstacleKind.UNSEALED,
        ObstacleKind.FOREIGN_ID,
        ObstacleKind.UNSUBSCRIBED,
    }
)
"""Kinds of what stays as it is until the software changes: no time heals it."""


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Why a change cannot be applied now. Texts are cut; what PostgreSQL cannot hold is replaced.

    `reason` quotes no value, so that anybody who operates the service may read it. `error_text` is
    what an error says besides, and may be personal. `waits_for` is the entity that has not arrived,
    `missing_key` the id of the key: each with its own kind alone.
    """

    kind: ObstacleKind
    reason: str
    error_text: str | None = None
    waits_for: str | None = None
    missing_key: str | None = None

    @property
    def is_unvouched(self) -> bool:
        """Whether whoever can write to the topic may have made its version up."""
        return self.kind in UNVOUCHED

    @property
    def is_lasting(self) -> bool:
        """Whether the same software meets it again, however long it waits."""
        return self.kind in LASTING

    def __post_init__(self) -> None:
        object.__setattr__(self, "reason", storable(self.reason)[:MAX_REASON])
        if self.error_text is not None:
            object.__setattr__(self, "error_text", storable(self.error_text)[:MAX_REASON])


def storable(text: str) -> str:
    """The text with a replacement character for each one that PostgreSQL cannot hold."""
    return text.encode(errors="replace").decode().replace("\0", "\ufffd")
