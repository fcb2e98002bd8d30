"""The communes, and the codes and names that became theirs."""

from collections.abc import Collection, Iterable, Sequence
from typing import Final

from intercoop_chassis.postgres import Row, Transaction
from intercoop_directory.communes.domain import (
    LONGEST_NAME,
    Commune,
    FormerCommune,
    Gazetteer,
    PlaceName,
    asked_place,
    departements_meant,
    name_key,
    where_of,
)

REPLACE: Final = """
WITH given AS (
    SELECT code, name, name_key, departement, region, epci, population,
        string_to_array(postcodes, ' ') AS postcodes, lat, lon
    FROM unnest(
        $1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::int[],
        $8::text[], $9::float8[], $10::float8[]
    ) AS new (
        code, name, name_key, departement, region, epci, population, postcodes, lat, lon
    )
), gone AS (
    DELETE FROM communes WHERE code NOT IN (SELECT code FROM given) RETURNING code
), written AS (
    INSERT INTO communes SELECT * FROM given
    ON CONFLICT (code) DO UPDATE SET
        name = EXCLUDED.name,
        name_key = EXCLUDED.name_key,
        departement = EXCLUDED.departement,
        region = EXCLUDED.region,
        epci = EXCLUDED.epci,
        population = EXCLUDED.population,
        postcodes = EXCLUDED.postcodes,
        lat = EXCLUDED.lat,
        lon = EXCLUDED.lon
    WHERE communes IS DISTINCT FROM EXCLUDED
    RETURNING code
)
SELECT (SELECT count(*) FROM gone) + (SELECT count(*) FROM written)
"""
REPLACE_FORMER: Final = """
WITH given AS (
    SELECT DISTINCT ON (code, name_key) *
    FROM unnest($1::text[], $2::text[], $3::text[], $4::text[])
        AS new (code, name, name_key, successor)
), gone AS (
    DELETE FROM former_names WHERE (code, name_key) NOT IN (SELECT code, name_key FROM given)
    RETURNING code
), written AS (
    INSERT INTO former_names SELECT * FROM given
    ON CONFLICT (code, name_key) DO UPDATE SET
        name = EXCLUDED.name, successor = EXCLUDED.successor
    WHERE former_names IS DISTINCT FROM EXCLUDED
    RETURNING code
)
SELECT (SELECT count(*) FROM gone) + (SELECT count(*) FROM written)
"""
COUNT: Final = "SELECT count(*) FROM communes"
MEANT: Final = """
SELECT code, name, departement, region, epci, population, postcodes, lat, lon FROM communes
WHERE code = ANY ($1::text[]) OR name_key = ANY ($2::text[]) OR postcodes && $3::text[]
    OR code IN (
        SELECT successor FROM former_names
        WHERE code = ANY ($1::text[]) OR name_key = ANY ($2::text[])
    )
"""
MEANT_FORMER: Final = """
SELECT code, name, successor FROM former_names
WHERE code = ANY ($1::text[]) OR name_key = ANY ($2::text[])
"""
SIMILAR: Final = """
SELECT asked.name_key AS like_key, alike.* FROM unnest($1::text[], $2::text[]) AS asked (
    name_key, departements
) CROSS JOIN LATERAL (
    SELECT code, name, departement, region, epci, population, postcodes, lat, lon FROM communes
    WHERE communes.name_key % asked.name_key AND (
        asked.departements = '' OR departement = ANY (string_to_array(asked.departements, ' '))
    )
    ORDER BY similarity(communes.name_key, asked.name_key) DESC, population DESC, code LIMIT 5
) AS alike
"""
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
GUESSED_AT_ONCE: Final = 50
"""For so many names that no commune has, those that are like them are looked for."""


async def replace_all(
    communes: Sequence[Commune], former: Sequence[FormerCommune], tx: Transaction
) -> int:
    """Make the tables equal to what is given; returns how many rows were not so before."""
    changed: int = await tx.fetchval(
        REPLACE,
        [commune.code for commune in communes],
        [commune.name for commune in communes],
        [name_key(commune.name) for commune in communes],
        [commune.departement for commune in communes],
        [commune.region for commune in communes],
        [commune.epci for commune in communes],
        [commune.population for commune in communes],
        [" ".join(commune.postcodes) for commune in communes],
        [commune.lat for commune in communes],
        [commune.lon for commune in communes],
    )
    changed += await tx.fetchval(
        REPLACE_FORMER,
        [merged.code for merged in former],
        [merged.name for merged in former],
        [name_key(merged.name) for merged in former],
        [merged.successor for merged in former],
    )
    return changed


async def are_loaded(tx: Transaction) -> bool:
    return bool(await tx.fetchval(COUNT))


async def gazetteer_of(wanted: Collection[PlaceName], tx: Transaction) -> Gazetteer:
    """Every commune that one of these may mean, and a few that are like names nobody has."""
    named = [name.apart() for name in wanted]
    codes = list({name.code.upper() for name in named if name.code})
    keys = list({name_key(name.name) for name in named if name.name})
    postcodes = list({name.postcode for name in named if name.postcode} | set(codes))
    communes = [_commune(row) for row in await tx.fetch(MEANT, codes, keys, postcodes)]
    former = [FormerCommune(**row) for row in await tx.fetch(MEANT_FORMER, codes, keys)]
    known = {name_key(commune.name) for commune in communes}
    known |= {name_key(merged.name) for merged in former}
    return Gazetteer(communes, former, await _similar(named, known, tx))


async def _similar(
    wanted: Iterable[PlaceName], known: Collection[str], tx: Transaction
) -> dict[str, list[Commune]]:
    asked: dict[str, str] = {}
    for name in wanted:
        spelt = name_key(name.name) if name.name and not name.code else ""
        is_guessed = 0 < len(spelt) <= LONGEST_NAME and spelt not in known
        if is_guessed and len(asked) < GUESSED_AT_ONCE:
            asked[spelt] = " ".join(where_of(name))
    found: dict[str, list[Commune]] = {}
    if asked:
        for row in await tx.fetch(SIMILAR, list(asked), list(asked.values())):
            found.setdefault(row["like_key"], []).append(_commune(row))
    return found


async def look_up(
    query: str, departement: str | None, limit: int, tx: Transaction
) -> list[Commune]:
    """Communes by a name of today or before (its beginning, typos forgiven), code or post code.

    A post code or a département may stand beside the name.
    """
    wanted = asked_place(query)
    spelt = name_key(wanted.name or "")
    if not spelt:
        return []
    departements = (
        [departement] if departement else list(departements_meant(wanted.departement or ""))
    )
    rows = await tx.fetch(
        LOOK_UP, query.strip(), spelt, departements or None, wanted.postcode, limit
    )
    return [_commune(row) for row in rows]


def _commune(row: Row) -> Commune:
    return Commune(
        code=row["code"],
        name=row["name"],
        departement=row["departement"],
        region=row["region"],
        epci=row["epci"],
        population=row["population"],
        postcodes=tuple(row["postcodes"]),
        lat=row["lat"],
        lon=row["lon"],
    )
