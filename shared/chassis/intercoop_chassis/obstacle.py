"""An obstacle: why a change cannot be applied now, and what it waits for."""

from dataclasses import dataclass

from intercoop_contracts.envelope import MAX_ATTRIBUTE

MAX_REASON = 2000


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Why a change cannot be applied now, and which entity it waits for, if any.

    A reason may quote what a stranger wrote: it is cut, and what PostgreSQL cannot hold is
    replaced. An entity that cannot exist is not waited for.
    """

    reason: str
    waits_for: str | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "reason", _storable(self.reason)[:MAX_REASON])
        if self.waits_for and _cannot_arrive(self.waits_for):
            object.__setattr__(self, "waits_for", None)

    @property
    def kind(self) -> str:
        """The reason without what an error says, which may hold values: for the log."""
        return self.reason.partition(":")[0]


def _storable(text: str) -> str:
    return text.encode(errors="replace").decode().replace("\0", "\ufffd")


def _cannot_arrive(waits_for: str) -> bool:
    subject = waits_for.partition("/")[2]
    return len(subject) > MAX_ATTRIBUTE or _storable(subject) != subject
