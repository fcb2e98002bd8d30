"""Requests: this instance's own with their invitations, and the copies of everybody's."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple
from uuid import UUID

from intercoop_advice.columns import answer_of, contact_of, exchanged_columns, offer_of
from intercoop_advice.requests.domain.request import Invitation, Request
from intercoop_chassis.postgres import Transaction
from intercoop_chassis.postgres.transaction import Record as Row
from intercoop_contracts.advice import AdviceRequestView, RequestState

SAVE: Final = """
INSERT INTO requests (owner, id, asked_at, record) VALUES ($1, $2, $3, $4::text::jsonb)
ON CONFLICT (home, owner, id) DO UPDATE SET record = EXCLUDED.record
"""
SAVE_INVITATION: Final = """
INSERT INTO invitations (
    id, request_id, organisation_id, helper, name, asked_at, offer_revision, offer_state,
    offer_text, answer_revision, verdict, contact, has_helped
)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12::text::jsonb, $13)
ON CONFLICT (id) DO UPDATE SET
    offer_revision = EXCLUDED.offer_revision,
    offer_state = EXCLUDED.offer_state,
    offer_text = EXCLUDED.offer_text,
    answer_revision = EXCLUDED.answer_revision,
    verdict = EXCLUDED.verdict,
    contact = EXCLUDED.contact,
    has_helped = EXCLUDED.has_helped
"""
GET: Final = "SELECT id, asked_at, record FROM requests WHERE id = $1"
LOCK: Final = f"{GET} FOR UPDATE"
LIST: Final = """
SELECT id, asked_at, record FROM requests
WHERE ($1::uuid[] IS NULL OR organisation_id = ANY ($1)) AND ($2::text IS NULL OR state = $2)
    AND ($3::uuid IS NULL OR id < $3)
ORDER BY id DESC LIMIT $4
"""
INVITATIONS: Final = """
SELECT * FROM invitations WHERE request_id = ANY ($1::uuid[]) ORDER BY asked_at, id
"""
REQUEST_OF: Final = "SELECT request_id FROM invitations WHERE id = $1"
LOCK_COPY: Final = """
SELECT record FROM known_requests WHERE owner = $1 AND id = $2 FOR UPDATE
"""


@dataclass(frozen=True, slots=True)
class RequestCopy:
    """What this instance knows of anybody's request, held still until the transaction ends."""

    owner: str
    id: UUID
    view: AdviceRequestView


class RequestPosition(NamedTuple):
    """Where a request stands in the list, the newest first."""

    id: UUID


class Chosen(NamedTuple):
    """Whose requests, and in which state; None is any."""

    organisations: Sequence[UUID] | None = None
    state: RequestState | None = None


async def save(before: Request | None, after: Request, tx: Transaction) -> None:
    """Keep a request and what changed of its invitations. Lock it before, unless it is new."""
    if before is None or before.view != after.view:
        await tx.execute(SAVE, tx.owner, after.id, after.asked_at, after.view.model_dump_json())
    known = set(before.invitations) if before else set()
    changed = [one for one in after.invitations if one not in known]
    await tx.execute_many(SAVE_INVITATION, [_columns(after.id, one) for one in changed])


async def get(request_id: UUID, tx: Transaction) -> Request | None:
    """A request of this instance."""
    return await _with_invitations(await tx.fetchrow(GET, request_id), tx)


async def lock(request_id: UUID, tx: Transaction) -> Request | None:
    """A request of this instance; whoever changes its invitations locks it first."""
    return await _with_invitations(await tx.fetchrow(LOCK, request_id), tx)


async def list_requests(
    chosen: Chosen, after: RequestPosition | None, fetch: int, tx: Transaction
) -> list[Request]:
    """Those of this instance, the newest first."""
    rows = await tx.fetch(LIST, *chosen, after.id if after else None, fetch)
    return await _requests(rows, tx)


async def request_of(invitation_id: UUID, tx: Transaction) -> UUID | None:
    """The request of this instance that an invitation belongs to."""
    found: UUID | None = await tx.fetchval(REQUEST_OF, invitation_id)
    return found


async def lock_copy(owner: str, request_id: UUID, tx: Transaction) -> RequestCopy | None:
    """What is known of anybody's request; lock it before invitations that were received to it."""
    row = await tx.fetchrow(LOCK_COPY, owner, request_id)
    if row is None:
        return None
    return RequestCopy(owner, request_id, AdviceRequestView.model_validate_json(row["record"]))


async def _with_invitations(row: Row | None, tx: Transaction) -> Request | None:
    return (await _requests([row], tx))[0] if row else None


async def _requests(rows: Sequence[Row], tx: Transaction) -> list[Request]:
    of_request: dict[UUID, list[Invitation]] = {row["id"]: [] for row in rows}
    for found in await tx.fetch(INVITATIONS, list(of_request)):
        of_request[found["request_id"]].append(_invitation(found))
    return [_request(row, of_request[row["id"]]) for row in rows]


def _request(row: Row, invitations: Iterable[Invitation]) -> Request:
    view = AdviceRequestView.model_validate_json(row["record"])
    return Request(row["id"], row["asked_at"], view, tuple(invitations))


def _invitation(row: Row) -> Invitation:
    return Invitation(
        id=row["id"],
        organisation_id=row["organisation_id"],
        helper=row["helper"],
        name=row["name"],
        asked_at=row["asked_at"],
        offer=offer_of(row),
        answer=answer_of(row),
        contact=contact_of(row),
        has_helped=row["has_helped"],
    )


def _columns(request_id: UUID, one: Invitation) -> Sequence[object]:
    return (
        one.id,
        request_id,
        one.organisation_id,
        one.helper,
        one.name,
        one.asked_at,
        *exchanged_columns(one.offer, one.answer, one.contact),
        one.has_helped,
    )
