"""Deliveries as people see them: how often each was tried, what hinders it, how it ended."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final, NamedTuple

from pydantic_core import from_json

from intercoop_chassis.jobs.registry import Payload
from intercoop_chassis.postgres import Row, Transaction
from intercoop_contracts.bounds import Moment

COLUMNS: Final = """
key, kind, payload, state, attempts, last_error, due_at, deadline, next_try_at, finished_at
"""
GET: Final = f"SELECT {COLUMNS} FROM jobs WHERE leaves AND key = $1"  # noqa: S608  columns are constants
LIST: Final = f"""
SELECT {COLUMNS} FROM jobs
WHERE leaves AND kind = $1 AND ($2::text IS NULL OR state = $2)
    AND ($3::timestamptz IS NULL OR (due_at, key) < ($3, $4::text))
    AND (NOT $6 OR state = 'pending' AND (last_error IS NOT NULL OR $7))
ORDER BY due_at DESC, key DESC LIMIT $5
"""  # noqa: S608


class State(StrEnum):
    """Where an item is: on its way, or how it ended."""

    PENDING = "pending"
    DONE = "done"
    FAILED = "failed"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class Entry:
    """One of the list; `due_at` is since when it may leave."""

    key: str
    kind: str
    payload: Payload
    state: State
    attempts: int
    last_error: str | None
    due_at: datetime
    deadline: datetime
    next_try_at: datetime
    finished_at: datetime | None


@dataclass(frozen=True, slots=True)
class EntryFilter:
    """Which entries; None is any state.

    With `stuck` those that wait although they were tried; if all are hindered, all that wait.
    """

    state: State | None = None
    stuck: bool = False
    all_are_hindered: bool = False


class EntryPosition(NamedTuple):
    """Where an entry stands in the list, the newest first."""

    due_at: Moment
    key: str


async def get_entry(key: str, tx: Transaction) -> Entry | None:
    row = await tx.fetchrow(GET, key)
    return _entry(row) if row else None


async def list_entries(
    kind: str, wanted: EntryFilter, after: EntryPosition | None, fetch: int, tx: Transaction
) -> list[Entry]:
    """Those of a kind, the newest first."""
    narrowed = (wanted.stuck, wanted.all_are_hindered)
    rows = await tx.fetch(LIST, kind, wanted.state, *(after or (None, None)), fetch, *narrowed)
    return [_entry(row) for row in rows]


def _entry(row: Row) -> Entry:
    known = dict(row) | {"payload": from_json(row["payload"]), "state": State(row["state"])}
    return Entry(**known)
