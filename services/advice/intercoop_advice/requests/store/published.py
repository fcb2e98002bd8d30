"""Requests of everybody, this instance's own included, as they are published."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

from intercoop_chassis.postgres import Row, Transaction, ends_early
from intercoop_contracts.advice import AdviceRequestView, RequestState

LIST: Final = ends_early("""
SELECT owner, id, said_at, record, bytes FROM request_board
WHERE (state = 'open' OR said_at > $1) AND ($2::text IS NULL OR state = $2)
    AND ($3::uuid IS NULL OR (id, owner) < ($3, $4))
ORDER BY id DESC, owner DESC LIMIT $5
""")
GET: Final = """
SELECT owner, id, said_at, record, bytes FROM request_board
WHERE id = $1 AND (state = 'open' OR said_at > $2)
"""
LOCK_COPY: Final = """
SELECT record FROM known_requests WHERE owner = $1 AND id = $2 FOR UPDATE
"""


@dataclass(frozen=True, slots=True)
class PublishedRequest:
    """A request, its owner, and since when it is so; how many bytes it has as JSON."""

    owner: str
    id: UUID
    as_of: datetime
    view: AdviceRequestView
    bytes: int


@dataclass(frozen=True, slots=True)
class RequestCopy:
    """What this instance knows of anybody's request, held still until the transaction ends."""

    owner: str
    id: UUID
    view: AdviceRequestView


class BoardPosition(NamedTuple):
    """Where a request stands among everybody's, the newest first."""

    id: UUID
    owner: str


class BoardFilter(NamedTuple):
    """Closed ones only if closed since then; in one state, or any."""

    closed_since: datetime
    state: RequestState | None = None


async def list_published(
    wanted: BoardFilter, after: BoardPosition | None, fetch: int, tx: Transaction
) -> list[PublishedRequest]:
    """The newest first; fewer where they are large."""
    rows = await tx.fetch(LIST, *wanted, *(after or (None, None)), fetch)
    return [published_in(row) for row in rows]


async def get_published(
    request_id: UUID, closed_since: datetime, tx: Transaction
) -> PublishedRequest | None:
    """Anybody's, unless it was closed before then."""
    row = await tx.fetchrow(GET, request_id, closed_since)
    return published_in(row) if row else None


def published_in(row: Row) -> PublishedRequest:
    return PublishedRequest(
        row["owner"],
        row["id"],
        row["said_at"],
        AdviceRequestView.model_validate_json(row["record"]),
        row["bytes"],
    )


async def lock_copy(owner: str, request_id: UUID, tx: Transaction) -> RequestCopy | None:
    """What is known of anybody's request; lock it before invitations that were received to it."""
    row = await tx.fetchrow(LOCK_COPY, owner, request_id)
    if row is None:
        return None
    return RequestCopy(owner, request_id, AdviceRequestView.model_validate_json(row["record"]))
