"""What the checker finds: violations in words, by kind."""

from dataclasses import dataclass, field
from typing import Final


@dataclass(slots=True)
class Findings:
    """Violations in words, by kind."""

    found: dict[str, list[str]] = field(default_factory=dict)

    def add(self, kind: str, what: str) -> None:
        self.found.setdefault(kind, []).append(what)

    def count(self, kind: str) -> int:
        return len(self.found.get(kind, ()))


KINDS: Final = (
    "lost",
    "doubled",
    "went_back",
    "topic_behind",
    "parked_without_cause",
    "beyond_limits",
    "outbox_left",
    "restless",
    "promise_broken",
    "seats_too_many",
    "disagreements",
    "taken_over",
    "slowed",
    "notices_twice",
    "notices_lost",
    "history_told",
    "died",
)
