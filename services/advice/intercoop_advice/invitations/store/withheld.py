"""Invitations of other owners' requests that wait: each met a limit, or asks nobody known here."""

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple
from uuid import UUID

from intercoop_advice.invitations.domain.waiting import A_DAY, Because, Fresh, Room
from intercoop_advice.invitations.store.received import Asked
from intercoop_advice.limits import Limits
from intercoop_advice.requests.store.published import RequestCopy
from intercoop_chassis.postgres import Row, Transaction
from intercoop_contracts.advice.requests import MAX_INVITATIONS

FRESH: Final = """
SELECT asked.id, asked.organisation_id,
    EXISTS (
        SELECT FROM cooperatives AS ours
        WHERE ours.owner = $5 AND ours.id = asked.organisation_id
    ) AS is_known,
    open_invitations_of($1, asked.organisation_id, $6) AS open,
    invitations_since($1, asked.organisation_id, $7, $8) AS today,
    (SELECT count(*) FROM received_invitations WHERE owner = $1 AND request_id = $2) AS shown,
    (SELECT open_requests_of($1, $2, $9)) AS other_requests
FROM unnest($3::uuid[], $4::uuid[]) WITH ORDINALITY AS asked (id, organisation_id, place)
WHERE NOT EXISTS (SELECT FROM received_invitations AS known WHERE known.id = asked.id)
    AND NOT EXISTS (
        SELECT FROM received_invitations AS known
        WHERE known.request_id = $2 AND known.organisation_id = asked.organisation_id
    )
ORDER BY asked.place
"""
KEEP: Final = """
WITH gone AS (
    DELETE FROM withheld_invitations
    WHERE owner = $1 AND request_id = $2 AND NOT organisation_id = ANY ($3::uuid[])
)
INSERT INTO withheld_invitations AS known
    (owner, request_id, organisation_id, id, because, a_request)
SELECT $1, $2, *, $6 FROM unnest($3::uuid[], $4::uuid[], $5::text[])
ON CONFLICT (owner, request_id, organisation_id) DO UPDATE SET
    id = EXCLUDED.id, because = EXCLUDED.because, a_request = EXCLUDED.a_request
WHERE (known.id, known.because, known.a_request)
    IS DISTINCT FROM (EXCLUDED.id, EXCLUDED.because, EXCLUDED.a_request)
"""
DROP: Final = "DELETE FROM withheld_invitations WHERE owner = $1 AND request_id = $2"
FOR_ORGANISATION: Final = """
SELECT owner, request_id FROM withheld_invitations
WHERE organisation_id = $1 AND because = 'unknown-organisation' ORDER BY owner, request_id LIMIT $2
"""
WITH_ROOM: Final = """
WITH RECURSIVE owners AS (
    SELECT min(owner) AS owner FROM withheld_invitations
    UNION ALL
    SELECT (SELECT min(owner) FROM withheld_invitations WHERE owner > owners.owner)
    FROM owners WHERE owners.owner IS NOT NULL
), askers AS MATERIALIZED (
    SELECT owner FROM owners WHERE owner IS NOT NULL AND open_requests_of(owner, NULL, $3) < $3
), oldest AS MATERIALIZED (
    SELECT askers.owner, due.request_id, ours.id AS organisation_id
    FROM askers
    CROSS JOIN cooperatives AS ours
    CROSS JOIN LATERAL (
        SELECT waiting.request_id FROM withheld_invitations AS waiting
        WHERE waiting.owner = askers.owner AND waiting.organisation_id = ours.id
            AND waiting.because <> 'invitations-a-request'
        ORDER BY waiting.id LIMIT 1
    ) AS due
    WHERE ours.owner = $1
), above AS (
    SELECT owner, request_id FROM withheld_invitations
    WHERE because = 'invitations-a-request' AND a_request < $4
    ORDER BY a_request, owner, request_id LIMIT $8
)
SELECT owner, request_id FROM above
UNION
SELECT owner, request_id FROM oldest
WHERE open_invitations_of(owner, organisation_id, $5) < $5
    AND invitations_since(owner, organisation_id, $6, $7) < $7
ORDER BY owner, request_id LIMIT $2
"""
"""Of each owner and co-operative the oldest that waits, where there is room for it, and what waits
since before a limit rose. In the order in which workers lock requests."""

BY_OWNER: Final = """
SELECT owner, because, count(*) AS waiting FROM (
    SELECT owner, because FROM withheld_invitations LIMIT $1
) AS counted
GROUP BY owner, because ORDER BY waiting DESC, owner, because
"""


class RequestKey(NamedTuple):
    """Whose request, and which."""

    owner: str
    request_id: UUID


class Excess(NamedTuple):
    """How many invitations of an owner wait, and why."""

    owner: str
    because: Because
    waiting: int


async def fresh(
    copy: RequestCopy, asked: Asked, limits: Limits, tx: Transaction
) -> tuple[Sequence[Fresh], Room]:
    """What of a request is not shown yet, and how much room there is for it."""
    rows = await tx.fetch(
        FRESH,
        copy.owner,
        copy.id,
        list(asked.values()),
        list(asked),
        tx.owner,
        limits.open_invitations,
        tx.now - A_DAY,
        limits.daily,
        limits.open_requests,
    )
    first = rows[0] if rows else {"shown": 0, "other_requests": 0}
    room = Room(first["shown"], first["other_requests"])
    return [_fresh(row) for row in rows], room


async def keep(
    copy: RequestCopy, waiting: Mapping[Fresh, Because], limits: Limits, tx: Transaction
) -> None:
    """These invitations of a request wait, and no others of it."""
    organisations = [each.organisation_id for each in waiting]
    ids, reasons = [each.id for each in waiting], list(waiting.values())
    await tx.execute(KEEP, copy.owner, copy.id, organisations, ids, reasons, limits.a_request)


async def drop(owner: str, request_id: UUID, tx: Transaction) -> None:
    """Nothing waits of a request that is not known any more."""
    await tx.execute(DROP, owner, request_id)


async def for_organisation(
    organisation_id: UUID, at_most: int, tx: Transaction
) -> Sequence[RequestKey]:
    """Requests that ask a co-operative which was not known when they came."""
    rows = await tx.fetch(FOR_ORGANISATION, organisation_id, at_most)
    return [RequestKey(*row) for row in rows]


async def with_room(limits: Limits, at_most: int, tx: Transaction) -> Sequence[RequestKey]:
    """Requests of which an invitation waits that can be shown by now."""
    rows = await tx.fetch(
        WITH_ROOM,
        tx.owner,
        at_most,
        limits.open_requests,
        limits.a_request,
        limits.open_invitations,
        tx.now - A_DAY,
        limits.daily,
        at_most * MAX_INVITATIONS,
    )
    return [RequestKey(*row) for row in rows]


async def by_owner(at_most: int, tx: Transaction) -> Sequence[Excess]:
    """How many wait of each owner, counted up to `at_most` in all."""
    rows = await tx.fetch(BY_OWNER, at_most)
    return [Excess(row["owner"], Because(row["because"]), row["waiting"]) for row in rows]


def _fresh(row: Row) -> Fresh:
    return Fresh(row["id"], row["organisation_id"], row["is_known"], row["open"], row["today"])
