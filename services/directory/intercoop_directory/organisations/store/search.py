"""The network's organisations that agree with a question, the best or the nearest first."""

from collections.abc import Mapping
from typing import Annotated, Final, NamedTuple
from uuid import UUID

from pydantic import Field

from intercoop_chassis.postgres import Row, Transaction, ends_early
from intercoop_directory.organisations.domain.known import KnownOrganisation
from intercoop_directory.organisations.store.asked import (
    AROUND,
    CHORD,
    CONDITIONS,
    IS_WRITTEN,
    SHARE,
    AskedWords,
    Matching,
    Question,
    matching,
)
from intercoop_directory.organisations.store.filters import NARROWED, OrganisationFilters
from intercoop_directory.organisations.store.known import known_of
from intercoop_directory.organisations.store.statements import Statement

_NAME: Final = r"split_part(words, E'\n', 1)"
_SCORE: Final = f"""(
    CASE WHEN {_NAME} = $asked::text THEN 2000
        WHEN starts_with({_NAME}, $asked::text) THEN 1000 ELSE 0 END
    + 500 * least(1, length($asked::text)::float8 / greatest(1, length({_NAME})))
    + (
        SELECT avg(CASE WHEN ' ' || {_NAME} LIKE '% ' || word || '%' THEN 1000::float8
            WHEN translate(' ' || words, E'\\n', ' ') LIKE '% ' || word || '%' THEN 500
            ELSE 0 END)
        FROM unnest($words::text[]) AS word
    )
)"""  # noqa: S608  parts of the code's own
_LIKENESS: Final = """
400 * (SELECT avg(word_similarity(word, forgiving_of(words))) FROM unnest($needed::text[]) AS word)
"""
_AWAY: Final = f"{CHORD}::float8"
_BEYOND_ANY_PLACE: Final = 10
"""For one that is only like what was written: the nearest of these comes after the others."""

RANKS: Final[Mapping[tuple[Matching, bool], str]] = {
    (Matching.ANY, True): _AWAY,
    (Matching.WRITTEN, False): f"(10000 - {_SCORE})::float8",
    (Matching.WRITTEN, True): _AWAY,
    (Matching.ALIKE, False): f"""(
        CASE WHEN {IS_WRITTEN} THEN 10000 - {_SCORE} ELSE 20000 - {_LIKENESS} END
    )::float8""",
    (Matching.ALIKE, True): f"{_AWAY} + CASE WHEN {IS_WRITTEN} THEN 0 ELSE {_BEYOND_ANY_PLACE} END",
}
"""What the rows of a matching, with or without a place, are ordered by: the least comes first."""


class FoundPosition(NamedTuple):
    """Where an organisation stands among those found, the best first."""

    rank: Annotated[float, Field(ge=-1, le=1_000_000, allow_inf_nan=False)]
    sort_name: str
    owner: str
    id: UUID


FIRST: Final = FoundPosition(-1, "", "", UUID(int=0))


def page_of(
    found: Matching, *, placed: bool, crowded: bool, backward: bool, rank: str | None = None
) -> str:
    """SQL: the keys of a page (`home`, `owner`, `id`), each with `sort_name` and `rank`.

    The rank is the usual one of `RANKS` unless another is given. It is reckoned once for each row,
    behind `OFFSET 0`, which the planner does not look through.
    """
    order = "DESC" if backward else "ASC"
    agreeing = f"{NARROWED} AND {CONDITIONS[found]}" + (f" AND {AROUND}" if placed else "")
    rows = f"known_organisations WHERE {agreeing}"
    if crowded:
        rows = _shared(rows, wide=found is Matching.ALIKE)
    return f"""
SELECT home, owner, id, sort_name, rank FROM (
    SELECT home, owner, id, sort_name, {rank or RANKS[found, placed]} AS rank FROM {rows}
    OFFSET 0
) AS ranked
WHERE (rank, sort_name, owner, id) {"<" if backward else ">"}
    ($rank::float8, $sort_name::text, $after_owner::text, $after_id::uuid)
ORDER BY rank {order}, sort_name {order}, owner {order}, id {order} LIMIT $fetch
"""  # noqa: S608


def _shared(rows: str, *, wide: bool) -> str:
    """SQL: up to `SHARE` rows of each owner.

    Thousands are shared by their keys, and what ranks them is read of those that remain: with their
    texts they would be sorted on the disk. A few hundred are shared as they are (`wide`).
    """
    columns = "home, owner, id, sort_name, words, place" if wide else "home, owner, id"
    shared = f"""(
    SELECT {columns}, row_number() OVER (PARTITION BY owner) AS nth FROM {rows}
) AS shared"""  # noqa: S608
    others = "" if wide else "JOIN known_organisations USING (home, owner, id)"
    return f"{shared} {others} WHERE nth <= {SHARE}"


def whole(page: str) -> Statement:
    """A statement for whole records, no more of them than a page may have."""
    return Statement.of(
        ends_early(f"""
SELECT known.id, known.owner, known.home, known.version, known.record, known.bytes,
    known.said_at, known.rivals, page.sort_name, page.rank
FROM ({page}) AS page JOIN directory AS known USING (home, owner, id)
ORDER BY page.rank, page.sort_name, owner, id
""")  # noqa: S608
    )


SHORT_RECORD: Final = """jsonb_set(
    known.record - ARRAY['links', 'contact'], '{expertise}',
    jsonb_path_query_array(known.record, '$.expertise[0 to 4]')
)"""
"""As much of a record as a row of a list shows: at its bounds a record has 12 kB."""


def short(page: str) -> Statement:
    """A statement for what a list shows of a page's rows; rivals are not looked for."""
    return Statement.of(f"""
SELECT known.id, known.owner, known.home, known.version, {SHORT_RECORD} AS record, known.bytes,
    known.as_of AS said_at, ARRAY[]::text[] AS rivals, page.sort_name, page.rank
FROM ({page}) AS page JOIN known_organisations AS known USING (home, owner, id)
ORDER BY page.rank, page.sort_name, owner, id
""")  # noqa: S608  parts of the code's own


SHORT_LIST: Final = short(f"""
SELECT home, owner, id, sort_name, 0::float8 AS rank FROM known_organisations
WHERE {NARROWED}
    AND (sort_name, owner, id) > ($sort_name::text, $after_owner::text, $after_id::uuid)
ORDER BY sort_name, owner, id LIMIT $fetch
""")  # noqa: S608
"""The whole list by name."""


SEARCH: Final = {
    (found, crowded): whole(page_of(found, placed=False, crowded=crowded, backward=False))
    for found in (Matching.WRITTEN, Matching.ALIKE)
    for crowded in (False, True)
}


async def search_known(
    words: AskedWords,
    filters: OrganisationFilters,
    after: FoundPosition | None,
    fetch: int,
    tx: Transaction,
) -> list[tuple[FoundPosition, KnownOrganisation]]:
    """Those in which every word that counts stands, the best first; where few are, those alike."""
    question = Question(filters, words)
    statement = SEARCH[await matching(question, tx)]
    rows = await tx.fetch(
        statement.sql, *statement.arguments({**question.values, **at(after or FIRST, fetch)})
    )
    return [(position(row), known_of(row)) for row in rows]


def at(place: FoundPosition, fetch: int) -> dict[str, object]:
    """The parameters of a page that begins after a place."""
    return {
        "rank": place.rank,
        "sort_name": place.sort_name,
        "after_owner": place.owner,
        "after_id": place.id,
        "fetch": fetch,
    }


def position(row: Row) -> FoundPosition:
    return FoundPosition(row["rank"], row["sort_name"], row["owner"], row["id"])
