"""What other owners' co-operatives ask, and whom they ask since when."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from intercoop_chassis.postgres import Transaction
from intercoop_chassis.subscribers import Change
from intercoop_contracts.advice import AdviceRequestView

REMEMBER_REQUESTS: Final = """
INSERT INTO network_requests (owner, id, as_of, record)
SELECT owner, id, as_of, record::jsonb
FROM unnest($1::text[], $2::uuid[], $3::timestamptz[], $4::text[])
    AS new (owner, id, as_of, record)
ON CONFLICT (home, owner, id) DO UPDATE SET as_of = EXCLUDED.as_of, record = EXCLUDED.record
"""
REMOVE_REQUESTS: Final = """
DELETE FROM network_requests
USING unnest($1::text[], $2::uuid[]) AS ended (owner, id)
WHERE network_requests.owner = ended.owner AND network_requests.id = ended.id
"""
FORGET_REQUESTS: Final = "DELETE FROM network_requests WHERE owner = $1"
REMOVE_INVITATIONS: Final = """
DELETE FROM network_invitations AS known
USING unnest($1::text[], $2::uuid[]) AS changed (owner, request_id)
WHERE known.owner = changed.owner AND known.request_id = changed.request_id
    AND NOT known.id = ANY ($3::uuid[])
"""
REMEMBER_INVITATIONS: Final = """
INSERT INTO network_invitations (owner, id, request_id, organisation_id, asked_at)
SELECT DISTINCT ON (owner, id)
    owner, id, request_id, organisation_id, least(as_of, id_time(id), now())
FROM unnest($1::text[], $2::uuid[], $3::uuid[], $4::uuid[], $5::timestamptz[])
    AS new (owner, id, request_id, organisation_id, as_of)
ORDER BY owner, id, as_of
ON CONFLICT (owner, id) DO UPDATE SET
    request_id = EXCLUDED.request_id,
    organisation_id = EXCLUDED.organisation_id,
    asked_at = least(network_invitations.asked_at, EXCLUDED.asked_at)
"""
"""Steps may arrive as one, long after: the id tells its time and knows better. Both are the other
owner's words, and none is of tomorrow."""

FORGET_INVITATIONS: Final = "DELETE FROM network_invitations WHERE owner = $1"


async def remember_requests(changes: Sequence[Change[AdviceRequestView]], tx: Transaction) -> None:
    """Take a whole chunk: the requests, and since when each co-operative is asked."""
    living = [
        (change, change.after) for change in changes if isinstance(change.after, AdviceRequestView)
    ]
    ended = [change for change in changes if not isinstance(change.after, AdviceRequestView)]
    await tx.execute(
        REMEMBER_REQUESTS,
        [change.owner for change, _ in living],
        [UUID(change.subject) for change, _ in living],
        [change.occurred_at for change, _ in living],
        [view.model_dump_json() for _, view in living],
    )
    subjects = [UUID(change.subject) for change in ended]
    await tx.execute(REMOVE_REQUESTS, [change.owner for change in ended], subjects)
    await _remember_invitations(changes, tx)


async def forget_requests(owner: str, tx: Transaction) -> None:
    await tx.execute(FORGET_REQUESTS, owner)
    await tx.execute(FORGET_INVITATIONS, owner)


async def _remember_invitations(
    changes: Sequence[Change[AdviceRequestView]], tx: Transaction
) -> None:
    rows = [
        (
            change.owner,
            invitation.id,
            UUID(change.subject),
            invitation.organisation_id,
            change.occurred_at,
        )
        for change in changes
        if isinstance(change.after, AdviceRequestView)
        for invitation in change.after.invitations
    ]
    await tx.execute(
        REMOVE_INVITATIONS,
        [change.owner for change in changes],
        [UUID(change.subject) for change in changes],
        [row[1] for row in rows],
    )
    columns = [list(column) for column in zip(*rows, strict=True)] or [[]] * 5
    await tx.execute(REMEMBER_INVITATIONS, *columns)
