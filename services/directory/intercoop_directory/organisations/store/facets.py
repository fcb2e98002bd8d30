"""How many organisations agree with a question, by owner, union, statute, place and sector."""

from collections.abc import Mapping
from typing import Final

from intercoop_chassis.postgres import Transaction
from intercoop_directory.organisations.domain.facets import Facet, Facets
from intercoop_directory.organisations.store.asked import (
    AROUND,
    CONDITIONS,
    Matching,
    Question,
    matching,
)
from intercoop_directory.organisations.store.statements import Statement

COUNTED_AT_MOST: Final = 50_000
"""Beyond so many rows nothing is counted."""


def counting(found: Matching, *, placed: bool) -> Statement:
    """A statement for each facet's values; a facet counts what agrees with the others' filters."""
    around = f"AND {AROUND}" if placed else ""
    return Statement.of(f"""
WITH agreeing AS MATERIALIZED (
    SELECT union_on(memberships, $on_day::text) AS in_union, owner, statute, departement,
        left(trade, 2) AS sector,
        $owner::text IS NULL OR owner = $owner AS by_owner,
        $member_of::text IS NULL OR is_member_on(memberships, $member_of, $on_day) AS by_union,
        $statute::text IS NULL OR statute = $statute AS by_statute,
        $departement::text IS NULL OR departement IS NOT DISTINCT FROM $departement
            AS by_departement,
        $trade::text IS NULL OR coalesce(starts_with(trade, $trade), false) AS by_sector
    FROM known_organisations
    WHERE ($kind::text IS NULL OR kind = $kind)
        AND ($expertise::text IS NULL OR tags @> ARRAY[left(search_key($expertise), 160)])
        AND {CONDITIONS[found]} {around}
    LIMIT {COUNTED_AT_MOST}
)
SELECT 'total' AS facet, NULL AS value, count(*) FROM agreeing
WHERE by_owner AND by_union AND by_statute AND by_departement AND by_sector
UNION ALL
SELECT 'owner', owner, count(*) FROM agreeing
WHERE by_union AND by_statute AND by_departement AND by_sector GROUP BY owner
UNION ALL
SELECT 'union', in_union, count(*) FROM agreeing
WHERE by_owner AND by_statute AND by_departement AND by_sector AND in_union IS NOT NULL
GROUP BY in_union
UNION ALL
SELECT 'statute', statute, count(*) FROM agreeing
WHERE by_owner AND by_union AND by_departement AND by_sector GROUP BY statute
UNION ALL
SELECT 'departement', departement, count(*) FROM agreeing
WHERE by_owner AND by_union AND by_statute AND by_sector AND departement IS NOT NULL
GROUP BY departement
UNION ALL
SELECT 'sector', sector, count(*) FROM agreeing
WHERE by_owner AND by_union AND by_statute AND by_departement AND sector IS NOT NULL
GROUP BY sector ORDER BY facet, count DESC, value
""")  # noqa: S608  parts of the code's own


COUNTING: Final[Mapping[tuple[Matching, bool], Statement]] = {
    (found, placed): counting(found, placed=placed)
    for found in Matching
    for placed in (False, True)
}


async def count_by_facet(question: Question, tx: Transaction) -> Facets:
    """The total and each facet's values, the most frequent first."""
    found, _ = await matching(question, tx)
    statement = COUNTING[found, question.around is not None]
    rows = await tx.fetch(statement.sql, *statement.arguments(question.values))
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
    )
