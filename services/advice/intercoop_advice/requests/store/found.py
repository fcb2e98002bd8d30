"""Everybody's requests by their words: those that were looked for, and those like another."""

from collections.abc import Sequence
from typing import Final

from intercoop_advice.requests.store.published import (
    BoardFilter,
    BoardPosition,
    PublishedRequest,
    published_in,
)
from intercoop_chassis.postgres import Transaction, ends_early

LOOKED_AT: Final = 500
"""So many of one owner, however many it publishes: they keep no other owner's out."""

_AND: Final = " & "
_OR: Final = " | "
_FOUND: Final = """
WITH RECURSIVE owners AS (
    SELECT min(owner) AS owner FROM network_requests WHERE NOT home
    UNION ALL
    SELECT (SELECT min(owner) FROM network_requests WHERE NOT home AND owner > owners.owner)
    FROM owners WHERE owners.owner IS NOT NULL
), wanted AS (
    SELECT string_agg(quote_literal(word) || ':*', $2)::tsquery AS words
    FROM unnest($1::text[]) AS word
), found AS (
    SELECT of_one.id, of_one.owner, of_one.likeness
    FROM (SELECT owner FROM owners WHERE owner IS NOT NULL UNION SELECT $3) AS asked
    CROSS JOIN wanted
    CROSS JOIN LATERAL (
        SELECT id, owner, ts_rank(known.words, wanted.words) AS likeness
        FROM known_requests AS known
        WHERE owner = asked.owner AND known.words @@ wanted.words
            AND (state = 'open' OR as_of > $4) AND ($5::text IS NULL OR state = $5)
        LIMIT $6
    ) AS of_one
)
"""
_EACH: Final = """
CROSS JOIN LATERAL (
    SELECT said_at, record, bytes FROM request_board
    WHERE id = newest.id AND owner = newest.owner LIMIT 1
) AS board
"""
"""LIMIT 1 has each row looked up by its id: a join might read the whole table."""

SEARCH: Final = _FOUND + ends_early(f"""
SELECT newest.owner, newest.id, said_at, record, bytes
FROM (
    SELECT id, owner FROM found WHERE $7::uuid IS NULL OR (id, owner) < ($7, $8)
    ORDER BY id DESC, owner DESC LIMIT $9
) AS newest {_EACH}
ORDER BY newest.id DESC, newest.owner DESC
""")  # noqa: S608  constants
COUNT: Final = _FOUND + "SELECT count(*) FROM found"  # noqa: S608  constants
ALIKE: Final = f"""{_FOUND}
SELECT newest.owner, newest.id, said_at, record, bytes
FROM (
    SELECT id, owner, likeness FROM found ORDER BY likeness DESC, id DESC LIMIT $7
) AS newest {_EACH}
ORDER BY likeness DESC, newest.id DESC
"""  # noqa: S608  as above


async def search(
    words: Sequence[str],
    wanted: BoardFilter,
    after: BoardPosition | None,
    fetch: int,
    tx: Transaction,
) -> list[PublishedRequest]:
    """Those that have words with all of these beginnings, the newest first."""
    rows = await tx.fetch(SEARCH, *_asked(words, _AND, wanted, tx), *(after or (None, None)), fetch)
    return [published_in(row) for row in rows]


async def count_found(words: Sequence[str], wanted: BoardFilter, tx: Transaction) -> int:
    """How many `search` finds; of each owner no more than are looked at."""
    return int(await tx.fetchval(COUNT, *_asked(words, _AND, wanted, tx)))


async def alike(
    words: Sequence[str], wanted: BoardFilter, most: int, tx: Transaction
) -> list[PublishedRequest]:
    """Those that have words with some of these beginnings, the likest first."""
    if not words:
        return []
    rows = await tx.fetch(ALIKE, *_asked(words, _OR, wanted, tx), most)
    return [published_in(row) for row in rows]


def _asked(
    words: Sequence[str], joined: str, wanted: BoardFilter, tx: Transaction
) -> tuple[object, ...]:
    return (list(words), joined, tx.owner, *wanted, LOOKED_AT)
