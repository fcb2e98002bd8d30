"""Requests of this instance's co-operatives, with whom they ask."""

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple
from uuid import UUID

from intercoop_advice.columns import answer_in, contact_in, exchanged_columns, offer_in
from intercoop_advice.requests.domain.invitation import HeardOffer, Invitation
from intercoop_advice.requests.domain.request import Request
from intercoop_chassis.postgres import Row, Transaction, ends_early
from intercoop_contracts.advice import AdviceRequestView, RequestState

SAVE: Final = """
INSERT INTO requests (owner, id, asked_at, as_of, record)
VALUES ($1, $2, $3, $4, $5::text::jsonb)
ON CONFLICT (home, owner, id) DO UPDATE SET as_of = EXCLUDED.as_of, record = EXCLUDED.record
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
LOCK_INVITED: Final = f"""{GET} AND EXISTS (
    SELECT FROM invitations AS invited
    WHERE invited.id = $2 AND invited.request_id = $1 AND invited.organisation_id = $3
        AND invited.helper = $4
) FOR UPDATE
"""
LIST: Final = ends_early("""
SELECT id, asked_at, record, bytes + (
    SELECT coalesce(sum(octet_length(offer_text)), 0)::int FROM invitations
    WHERE invitations.request_id = requests.id
) AS bytes
FROM requests
WHERE ($1::uuid[] IS NULL OR organisation_id = ANY ($1)) AND ($2::text IS NULL OR state = $2)
    AND ($3::uuid IS NULL OR id < $3)
ORDER BY id DESC LIMIT $4
""")
COUNT_OFFERED: Final = """
SELECT count(*) FROM (
    SELECT FROM invitations JOIN requests ON requests.id = invitations.request_id
    WHERE requests.state = 'open' AND offer_state = 'offered'
        AND answer_revision IS DISTINCT FROM offer_revision
        AND ($1::uuid[] IS NULL OR requests.organisation_id = ANY ($1))
    LIMIT $2
) AS counted
"""
INVITATIONS: Final = """
SELECT * FROM invitations WHERE request_id = ANY ($1::uuid[]) ORDER BY asked_at, id
"""


class RequestPosition(NamedTuple):
    """Where a request stands in the list, the newest first."""

    id: UUID


class ListedRequest(NamedTuple):
    """A request in a list, and how many bytes were read of it and of its offers."""

    request: Request
    bytes: int


class RequestFilter(NamedTuple):
    """Whose requests, and in which state; None is any."""

    organisations: Sequence[UUID] | None = None
    state: RequestState | None = None


async def save(before: Request | None, after: Request, tx: Transaction) -> None:
    """Keep a request and what changed of its invitations. Lock it before, unless it is new.

    `as_of` moves with what everybody reads of it, and with nothing else.
    """
    if before is None or before.view != after.view:
        record = after.view.model_dump_json()
        await tx.execute(SAVE, tx.owner, after.id, after.asked_at, tx.now, record)
    known = set(before.invitations) if before else set()
    changed = [_columns(after.id, each) for each in after.invitations if each not in known]
    await tx.execute_many(SAVE_INVITATION, changed)


async def get(request_id: UUID, tx: Transaction) -> Request | None:
    """A request of this instance."""
    return await _with_invitations(await tx.fetchrow(GET, request_id), tx)


async def lock(request_id: UUID, tx: Transaction) -> Request | None:
    """A request of this instance; whoever changes its invitations locks it first."""
    return await _with_invitations(await tx.fetchrow(LOCK, request_id), tx)


async def lock_invited(heard: HeardOffer, tx: Transaction) -> Request | None:
    """The request that an offer is about, if its sender is invited; else nothing is locked."""
    named = (heard.request_id, heard.invitation_id, heard.organisation_id, heard.helper)
    return await _with_invitations(await tx.fetchrow(LOCK_INVITED, *named), tx)


async def list_requests(
    wanted: RequestFilter, after: RequestPosition | None, fetch: int, tx: Transaction
) -> list[ListedRequest]:
    """Those of this instance, the newest first; fewer where they and their offers are large."""
    rows = await tx.fetch(LIST, *wanted, after.id if after else None, fetch)
    requests = await _requests(rows, tx)
    return [
        ListedRequest(request, row["bytes"]) for request, row in zip(requests, rows, strict=True)
    ]


async def count_offered(organisations: Sequence[UUID] | None, most: int, tx: Transaction) -> int:
    """How many offers wait for an answer of these, or of anybody here, counted up to `most`."""
    return int(await tx.fetchval(COUNT_OFFERED, organisations, most))


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
        offer=offer_in(row),
        answer=answer_in(row),
        contact=contact_in(row),
        has_helped=row["has_helped"],
    )


def _columns(request_id: UUID, invitation: Invitation) -> Sequence[object]:
    return (
        invitation.id,
        request_id,
        invitation.organisation_id,
        invitation.helper,
        invitation.name,
        invitation.asked_at,
        *exchanged_columns(invitation.offer, invitation.answer, invitation.contact),
        invitation.has_helped,
    )
