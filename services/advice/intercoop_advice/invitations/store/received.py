"""Invitations that co-operatives of this instance received, each with the request it is to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple, TypeAlias
from uuid import UUID

from intercoop_advice.columns import answer_in, contact_in, exchanged_columns, offer_in
from intercoop_advice.invitations.domain.received import (
    HeardAnswer,
    ReceivedInvitation,
    ReceivedState,
)
from intercoop_advice.requests.store.published import RequestCopy
from intercoop_chassis.postgres import Row, Transaction, ends_early
from intercoop_contracts.advice import AdviceRequestView
from intercoop_contracts.advice.requests import MAX_INVITATIONS

ADD: Final = """
INSERT INTO received_invitations (
    id, owner, request_id, organisation_id, state, is_declined, is_closed, shown_at
)
SELECT id, $1, $2, organisation_id, 'invited', false, false, $5
FROM unnest($3::uuid[], $4::uuid[]) AS new (id, organisation_id)
WHERE NOT EXISTS (
    SELECT FROM requests WHERE requests.id = $2 AND requests.owner <> $1
)
ON CONFLICT DO NOTHING
"""
"""Ids that are in use already stay whose they were: nobody takes a place by repeating an id."""

UPDATE: Final = """
UPDATE received_invitations SET
    state = $2, is_declined = $3, is_closed = $4, offer_revision = $5, offer_state = $6,
    offer_text = $7, answer_revision = $8, verdict = $9, contact = $10::text::jsonb
WHERE id = $1
"""
NAMED: Final = """
SELECT received.*, (
    SELECT known.record ->> 'name' FROM known_organisations AS known
    WHERE known.owner = $1 AND known.id = received.organisation_id
) AS organisation_name
FROM received_invitations AS received
"""
GET: Final = f"{NAMED} WHERE id = $2"
LOCK: Final = f"{GET} FOR UPDATE"
LOCK_ANSWERED: Final = f"{GET} AND owner = $3 AND request_id = $4 FOR UPDATE"
LOCK_REQUEST_OF: Final = """
SELECT known.owner, known.id, known.record
FROM known_requests AS known
JOIN received_invitations AS received
    ON received.request_id = known.id AND received.owner = known.owner
WHERE received.id = $1
FOR UPDATE OF known
"""
LOCK_OF_REQUEST: Final = f"{NAMED} WHERE owner = $2 AND request_id = $3 ORDER BY id FOR UPDATE"
IS_RECEIVED: Final = """
SELECT EXISTS (SELECT FROM received_invitations WHERE owner = $1 AND request_id = $2)
"""
LOCK_OF_ENDED: Final = f"""
WITH gone AS (DELETE FROM withheld_invitations WHERE owner = $2 AND request_id = $3)
{LOCK_OF_REQUEST}
"""  # noqa: S608  a constant
SHOWN: Final = """
SELECT received.*, known.record,
    known.bytes + coalesce(octet_length(received.offer_text), 0) AS bytes
FROM received_invitations AS received
JOIN known_requests AS known ON known.id = received.request_id AND known.owner = received.owner
"""
SHOW: Final = f"{SHOWN} WHERE received.id = $1"
LIST: Final = ends_early(f"""{SHOWN}
WHERE ($1::uuid[] IS NULL OR received.organisation_id = ANY ($1))
    AND ($2::text IS NULL OR received.state = $2)
    AND ($3 OR NOT received.is_declined)
    AND NOT ($4 AND received.state = 'invited')
    AND ($5::uuid IS NULL OR received.id < $5)
ORDER BY received.id DESC LIMIT $6
""")
COUNT: Final = """
SELECT count(*) FROM (
    SELECT FROM received_invitations
    WHERE ($1::uuid[] IS NULL OR organisation_id = ANY ($1)) AND state = $2 LIMIT $3
) AS counted
"""
TO_REQUEST: Final = f"""{SHOWN}
WHERE received.owner = $1 AND received.request_id = $2
    AND ($3::uuid[] IS NULL OR received.organisation_id = ANY ($3))
    AND ($4 OR NOT received.is_declined)
ORDER BY received.id LIMIT $5
"""


@dataclass(frozen=True, slots=True)
class InvitationWithRequest:
    """An invitation together with the request, as its owner published it."""

    invitation: ReceivedInvitation
    request: AdviceRequestView
    bytes: int
    """Of both, as they were read."""


Asked: TypeAlias = Mapping[UUID, UUID]
"""Co-operatives of this instance that a request asks, each with its invitation."""


class ReceivedPosition(NamedTuple):
    """Where an invitation stands in the list, the newest first."""

    id: UUID


class InvitationFilter(NamedTuple):
    """Whose invitations, in which state, and whether with those declined; None is any.

    `without_waiting` leaves those out that nobody here has replied to.
    """

    organisations: Sequence[UUID] | None = None
    state: ReceivedState | None = None
    with_declined: bool = False
    without_waiting: bool = False


async def add_missing(copy: RequestCopy, asked: Asked, tx: Transaction) -> None:
    """Show these invitations of a request to its co-operatives, as far as they are new."""
    ids, organisations = list(asked.values()), list(asked)
    await tx.execute(ADD, copy.owner, copy.id, ids, organisations, tx.now)


async def update(invitation: ReceivedInvitation, tx: Transaction) -> None:
    """Keep what became of it. Lock the request's copy, then the invitation, before."""
    exchanged = exchanged_columns(invitation.offer, invitation.answer, invitation.contact)
    flags = (invitation.is_declined, invitation.is_closed)
    await tx.execute(UPDATE, invitation.id, invitation.state, *flags, *exchanged)


async def get_again(invitation: ReceivedInvitation, tx: Transaction) -> ReceivedInvitation:
    """The invitation as it is by now, in a transaction that may have changed it meanwhile."""
    row = await tx.fetchrow(GET, tx.owner, invitation.id)
    return _received(row) if row else invitation


async def lock_request_of(invitation_id: UUID, tx: Transaction) -> RequestCopy | None:
    """The copy of the request that an invitation is to; lock it before the invitation."""
    row = await tx.fetchrow(LOCK_REQUEST_OF, invitation_id)
    if row is None:
        return None
    return RequestCopy(row["owner"], row["id"], _view(row))


async def lock(invitation_id: UUID, tx: Transaction) -> ReceivedInvitation | None:
    """Lock the request's copy before."""
    row = await tx.fetchrow(LOCK, tx.owner, invitation_id)
    return _received(row) if row else None


async def lock_answered(heard: HeardAnswer, tx: Transaction) -> ReceivedInvitation | None:
    """The invitation that an answer is about, if the request is its sender's; none of others'."""
    named = (heard.invitation_id, heard.asker, heard.request_id)
    row = await tx.fetchrow(LOCK_ANSWERED, tx.owner, *named)
    return _received(row) if row else None


async def lock_of_request(
    owner: str, request_id: UUID, tx: Transaction
) -> list[ReceivedInvitation]:
    """Everything received to one request. Lock the request's copy before."""
    rows = await tx.fetch(LOCK_OF_REQUEST, tx.owner, owner, request_id)
    return [_received(row) for row in rows]


async def is_received(owner: str, request_id: UUID, tx: Transaction) -> bool:
    """Whether anybody here was ever shown this request."""
    return bool(await tx.fetchval(IS_RECEIVED, owner, request_id))


async def lock_of_ended(owner: str, request_id: UUID, tx: Transaction) -> list[ReceivedInvitation]:
    """The same of a request that has ended: what waited of it waits no more."""
    rows = await tx.fetch(LOCK_OF_ENDED, tx.owner, owner, request_id)
    return [_received(row) for row in rows]


async def show(invitation_id: UUID, tx: Transaction) -> InvitationWithRequest | None:
    """None also while the request itself is not known."""
    row = await tx.fetchrow(SHOW, invitation_id)
    return _shown(row) if row else None


async def list_received(
    wanted: InvitationFilter, after: ReceivedPosition | None, fetch: int, tx: Transaction
) -> list[InvitationWithRequest]:
    """The newest first; fewer where they are large."""
    rows = await tx.fetch(LIST, *wanted, after.id if after else None, fetch)
    return [_shown(row) for row in rows]


async def count_waiting(organisations: Sequence[UUID] | None, most: int, tx: Transaction) -> int:
    """How many invitations nobody here has replied to, counted up to `most`."""
    return int(await tx.fetchval(COUNT, organisations, ReceivedState.INVITED, most))


async def received_to(
    owner: str, request_id: UUID, wanted: InvitationFilter, tx: Transaction
) -> list[InvitationWithRequest]:
    """Those to one request, of the organisations that are wanted."""
    rows = await tx.fetch(
        TO_REQUEST, owner, request_id, wanted.organisations, wanted.with_declined, MAX_INVITATIONS
    )
    return [_shown(row) for row in rows]


def _shown(row: Row) -> InvitationWithRequest:
    return InvitationWithRequest(_received(row), _view(row), row["bytes"])


def _received(row: Row) -> ReceivedInvitation:
    return ReceivedInvitation(
        id=row["id"],
        owner=row["owner"],
        request_id=row["request_id"],
        organisation_id=row["organisation_id"],
        organisation_name=row.get("organisation_name"),
        is_declined=row["is_declined"],
        is_closed=row["is_closed"],
        offer=offer_in(row),
        answer=answer_in(row),
        contact=contact_in(row),
    )


def _view(row: Row) -> AdviceRequestView:
    return AdviceRequestView.model_validate_json(row["record"])
