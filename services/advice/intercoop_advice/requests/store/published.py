"""What everybody's co-operatives ask, as published: what is open, and what was closed lately."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

from intercoop_chassis.postgres import Transaction
from intercoop_contracts.advice import AdviceRequestView, RequestState

LIST: Final = """
SELECT owner, id, said_at, record FROM request_board
WHERE (state = 'open' OR said_at > $1) AND ($2::text IS NULL OR state = $2)
    AND ($3::uuid IS NULL OR (id, owner) < ($3, $4))
ORDER BY id DESC, owner DESC LIMIT $5
"""


@dataclass(frozen=True, slots=True)
class PublishedRequest:
    """A request, its owner, and since when it is so."""

    owner: str
    id: UUID
    as_of: datetime
    view: AdviceRequestView


class BoardPosition(NamedTuple):
    """Where a request stands among everybody's, the newest first."""

    id: UUID
    owner: str


class Chosen(NamedTuple):
    """Closed ones only if closed since then; in one state, or any."""

    closed_since: datetime
    state: RequestState | None = None


async def list_published(
    chosen: Chosen, after: BoardPosition | None, fetch: int, tx: Transaction
) -> list[PublishedRequest]:
    rows = await tx.fetch(LIST, *chosen, *(after or (None, None)), fetch)
    return [
        PublishedRequest(
            row["owner"],
            row["id"],
            row["said_at"],
            AdviceRequestView.model_validate_json(row["record"]),
        )
        for row in rows
    ]
