"""A job that a process is at, as it is taken from its row, and how a try that fails is noted."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final, Self

from pydantic_core import from_json

from intercoop_chassis.jobs.registry import Job
from intercoop_chassis.postgres import Row

ERROR_CHARACTERS: Final = 500
RETRY_DELAYS: Final = tuple(
    timedelta(seconds=seconds) for seconds in (10, 60, 5 * 60, 30 * 60, 2 * 3600)
)

CLAIMED: Final = """
key, kind, payload, due_at, traceparent, correlation_id,
coalesce(deadline <= now(), false) AS is_late
"""


@dataclass(frozen=True, slots=True)
class Claimed:
    """A job that this process is at, whether its deadline passed, and the trace of its cause."""

    job: Job
    is_late: bool
    traceparent: str | None
    correlation: str | None

    @classmethod
    def of(cls, row: Row) -> Self:
        payload: dict[str, Any] = from_json(row["payload"])  # Any: JSON
        job = Job(row["key"], row["kind"], payload, row["due_at"], row["attempt"])
        return cls(job, row["is_late"], row["traceparent"], row["correlation_id"])


def retry_delay(attempt: int) -> timedelta:
    """Back-off: how long after this try (1 …) the next one comes."""
    return RETRY_DELAYS[min(max(attempt, 1), len(RETRY_DELAYS)) - 1]


def brief(reason: str) -> str:
    return reason[:ERROR_CHARACTERS].replace("\0", "")
