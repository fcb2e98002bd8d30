"""How many organisations agree with a question: by owner, union, statute, place, size, sector."""

from collections.abc import Mapping
from typing import Final

from intercoop_chassis.postgres import Database, Transaction
from intercoop_directory.organisations.domain.facets import Facet, Facets
from intercoop_directory.organisations.store.asked import (
    AROUND,
    CONDITIONS,
    Matching,
    Question,
    matching,
)
from intercoop_directory.organisations.store.statements import Statement

SIZES: Final = ("5", "10", "50")
"""So many employees or more."""

COUNTED_AT_MOST: Final = 50_000
"""Beyond so many rows nothing is counted."""


_FILTERS: Final = (
    *("by_owner", "by_union", "by_statute", "by_departement", "by_sector", "by_size"),
)


def _facet(name: str, value: str, source: str = "agreeing") -> str:
    """A facet counts what agrees with the others' filters."""
    others = " AND ".join(each for each in _FILTERS if each != f"by_{name}")
    return f"""
UNION ALL
SELECT '{name}', {value}, count(*) FROM {source} WHERE {others} AND {value} IS NOT NULL
GROUP BY {value}"""  # noqa: S608  parts of the code's own


_FACETS: Final = "".join(
    [
        _facet("owner", "owner"),
        _facet("union", "in_union"),
        _facet("statute", "statute"),
        _facet("departement", "departement"),
        _facet("sector", "sector"),
        _facet(
            "size", "size", "agreeing JOIN unnest($sizes::text[]) AS size ON headcount >= size::int"
        ),
    ]
)


def counting(found: Matching, *, placed: bool) -> Statement:
    """A statement for each facet's values."""
    around = f"AND {AROUND}" if placed else ""
    return Statement.of(f"""
WITH agreeing AS MATERIALIZED (
    SELECT union_on(memberships, $on_day::text) AS in_union, owner, statute, departement,
        headcount, left(trade, 2) AS sector,
        $owner::text IS NULL OR owner = $owner AS by_owner,
        $member_of::text IS NULL OR is_member_on(memberships, $member_of, $on_day) AS by_union,
        $statute::text IS NULL OR statute = $statute AS by_statute,
        $departement::text IS NULL
            OR coalesce(departement = ANY (string_to_array($departement, ' ')), false)
            AS by_departement,
        $trade::text IS NULL OR coalesce(starts_with(trade, $trade), false) AS by_sector,
        $headcount_from::int IS NULL OR coalesce(headcount >= $headcount_from, false) AS by_size
    FROM known_organisations
    WHERE ($kind::text IS NULL OR kind = $kind)
        AND ($expertise::text IS NULL OR tags @> ARRAY[left(search_key($expertise), 160)])
        AND {CONDITIONS[found]} {around}
    LIMIT {COUNTED_AT_MOST}
)
SELECT 'total' AS facet, NULL AS value, count(*) FROM agreeing WHERE {" AND ".join(_FILTERS)}
{_FACETS}
ORDER BY facet, count DESC, value
""")  # noqa: S608  parts of the code's own


COUNTING: Final[Mapping[tuple[Matching, bool], Statement]] = {
    (found, placed): counting(found, placed=placed)
    for found in Matching
    for placed in (False, True)
}


async def count_by_facet(question: Question, tx: Transaction) -> Facets:
    """The total and each facet's values, the most frequent first, as of the last five seconds."""
    return await tx.recent(("facets", question), lambda: _counted(question, tx))


async def recent_facets(question: Question, db: Database) -> Facets:
    """The same, for whoever asks for nothing else."""
    return await db.recent(("facets", question), lambda tx: _counted(question, tx))


async def _counted(question: Question, tx: Transaction) -> Facets:
    found, _ = await matching(question, tx)
    statement = COUNTING[found, question.around is not None]
    asked = {**question.values, "sizes": list(SIZES)}
    rows = await tx.fetch(statement.sql, *statement.arguments(asked))
    values: dict[str, list[Facet]] = {}
    for row in rows:
        values.setdefault(row["facet"], []).append(Facet(row["value"] or "", row["count"]))
    return Facets(
        total=values["total"][0].count,
        owners=tuple(values.get("owner", ())),
        unions=tuple(values.get("union", ())),
        statutes=tuple(values.get("statute", ())),
        departements=tuple(values.get("departement", ())),
        sectors=tuple(values.get("sector", ())),
        sizes=tuple(sorted(values.get("size", ()), key=lambda facet: int(facet.value))),
    )
