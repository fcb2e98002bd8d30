"""Topics that may not be written now: their changes wait, those of all others go on."""

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import structlog

_FIRST_PAUSE_S = 2.0
_LONGEST_PAUSE_S = 30.0

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class _Denial:
    reason: str
    pause_s: float
    again_at: float


class WriteDenials:
    """Which topics wait and why; each is tried again by itself. Outlives the relay's sessions.

    `missing` are topics that are not there, with the reason, as at the last look at the cluster.
    """

    def __init__(self) -> None:
        self.missing: Mapping[str, str] = {}
        self._denials: dict[str, _Denial] = {}

    def note(self, reasons: Mapping[str, str]) -> None:
        """These topics may not be written, for these reasons: try again after a longer pause."""
        for topic, reason in reasons.items():
            before = self._denials.get(topic)
            if before is None or before.reason != reason:
                log.warning("relay_topic_waits", topic=topic, reason=reason)
            longer = min(before.pause_s * 2, _LONGEST_PAUSE_S) if before else _FIRST_PAUSE_S
            self._denials[topic] = _Denial(reason, longer, time.monotonic() + longer)

    @property
    def waiting(self) -> list[str]:
        """Topics that are not to be tried now."""
        now = time.monotonic()
        denied = (topic for topic, denial in self._denials.items() if denial.again_at > now)
        return [*self.missing, *denied]

    @property
    def due(self) -> frozenset[str]:
        """Topics that are to be tried again now."""
        return frozenset(self._denials) - frozenset(self.waiting)

    def passed(self, topics: Iterable[str]) -> None:
        """These topics were tried again, and nothing was refused."""
        for topic in topics:
            if self._denials.pop(topic, None):
                log.info("relay_topic_goes_on", topic=topic)

    @property
    def words(self) -> str | None:
        """What waits and what to do about it; None when nothing does."""
        denied = {topic: denial.reason for topic, denial in self._denials.items()}
        reasons: dict[str, list[str]] = {}
        for topic, reason in sorted({**denied, **self.missing}.items()):
            reasons.setdefault(reason, []).append(topic)
        if not reasons:
            return None
        told = "; ".join(f"{', '.join(topics)}: {why}" for why, topics in reasons.items())
        return f"{told}. Changes of other topics go on, these wait and are tried again"
