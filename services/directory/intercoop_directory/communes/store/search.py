"""Communes for what somebody types."""

from typing import Final

from intercoop_chassis.postgres import Transaction
from intercoop_directory.communes.domain import Commune, asked_place, departements_meant, name_key
from intercoop_directory.communes.store.rows import commune_of

LOOK_UP: Final = """
WITH found AS (
    SELECT code, name_key LIKE $2 || '%' AS begins, similarity(name_key, $2) AS alike
    FROM communes
    WHERE code = upper($1) OR postcodes @> ARRAY[$1]
        OR name_key LIKE '%' || $2 || '%' OR name_key % $2
    UNION ALL
    SELECT successor, name_key LIKE $2 || '%', similarity(name_key, $2) - 0.01
    FROM former_names
    WHERE code = upper($1) OR name_key LIKE $2 || '%' OR name_key % $2
), best AS (
    SELECT code, bool_or(begins) AS begins, max(alike) AS alike FROM found GROUP BY code
)
SELECT code, name, departement, region, epci, population, postcodes, lat, lon
FROM best JOIN communes USING (code)
WHERE ($3::text[] IS NULL OR departement = ANY ($3))
    AND ($4::text IS NULL OR postcodes @> ARRAY[$4])
ORDER BY begins DESC, alike DESC, population DESC, code
LIMIT $5
"""
BEGINNING: Final = """
SELECT code, name, departement, region, epci, population, postcodes, lat, lon FROM communes
WHERE bare_name_of(name_key) COLLATE "C" >= bare_name_of($1)
    AND bare_name_of(name_key) COLLATE "C" < bare_name_of($1) || U&'\\+10FFFF'
    AND (bare_name_of($1) = $1 OR starts_with(name_key, $1))
    AND ($2::text[] IS NULL OR departement = ANY ($2))
    AND ($3::text IS NULL OR postcodes @> ARRAY[$3])
ORDER BY bare_name_of(name_key) = bare_name_of($1) DESC, population DESC, code LIMIT $4
"""
FORGIVING: Final = """
SELECT set_config('pg_trgm.similarity_threshold', $1, true),
    set_config('plan_cache_mode', 'force_generic_plan', true),
    set_config('enable_seqscan', 'off', true)
"""
"""How much is forgiven, and that both tables are read by their indexes, planned once.

Planned for its arguments, a look-up reads all former names: the planner takes likeness for cheap.
"""
NEARLY: Final = ("0.5", "0.3")
"""Shares of letter groups that must be right: one slip first, more where nothing is found so."""

SHORTEST: Final = 2
"""Less than so many letters begin too many names."""


async def look_up(
    query: str, departement: str | None, limit: int, tx: Transaction
) -> list[Commune]:
    """Communes by a name of today or before (its beginning, typos forgiven), code or post code.

    A post code or a département may stand beside the name. It is the last search of its
    transaction: what it forgives stays so.
    """
    wanted = asked_place(query)
    spelt = name_key(wanted.name or "")
    if not spelt:
        return []
    departements = (
        [departement] if departement else list(departements_meant(wanted.departement or ""))
    )
    asked = (query.strip(), spelt, departements or None, wanted.postcode, limit)
    for share in NEARLY:
        await tx.execute(FORGIVING, share)
        if rows := await tx.fetch(LOOK_UP, *asked):
            return [commune_of(row) for row in rows]
    return []


async def suggest(query: str, limit: int, tx: Transaction) -> list[Commune]:
    """Communes of today whose name begins so, with its article or without, the largest first.

    One that is named exactly so comes before those. Where none begins so, what a search finds.
    """
    wanted = asked_place(query)
    spelt = name_key(wanted.name or "")
    if len(spelt) < SHORTEST:
        return []
    departements = list(departements_meant(wanted.departement or ""))
    rows = await tx.fetch(BEGINNING, spelt, departements or None, wanted.postcode, limit)
    return [commune_of(row) for row in rows] or await look_up(query, None, limit, tx)
