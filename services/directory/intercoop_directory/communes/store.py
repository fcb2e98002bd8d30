"""The communes, and those that were merged into them."""

from collections.abc import Collection, Sequence
from typing import Final

from intercoop_chassis.postgres import Row, Transaction
from intercoop_directory.communes.domain import (
    Commune,
    FormerCommune,
    Gazetteer,
    PlaceName,
    name_key,
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
    SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[])
        AS new (code, name, name_key, successor)
), gone AS (
    DELETE FROM former_communes WHERE code NOT IN (SELECT code FROM given) RETURNING code
), written AS (
    INSERT INTO former_communes SELECT * FROM given
    ON CONFLICT (code) DO UPDATE SET
        name = EXCLUDED.name, name_key = EXCLUDED.name_key, successor = EXCLUDED.successor
    WHERE former_communes IS DISTINCT FROM EXCLUDED
    RETURNING code
)
SELECT (SELECT count(*) FROM gone) + (SELECT count(*) FROM written)
"""
COUNT: Final = "SELECT count(*) FROM communes"
MEANT: Final = """
SELECT code, name, departement, region, epci, population, postcodes, lat, lon FROM communes
WHERE code = ANY ($1::text[]) OR name_key = ANY ($2::text[]) OR postcodes && $3::text[]
    OR code IN (
        SELECT successor FROM former_communes
        WHERE code = ANY ($1::text[]) OR name_key = ANY ($2::text[])
    )
"""
MEANT_FORMER: Final = """
SELECT code, name, successor FROM former_communes
WHERE code = ANY ($1::text[]) OR name_key = ANY ($2::text[])
"""
LOOK_UP: Final = """
SELECT code, name, departement, region, epci, population, postcodes, lat, lon FROM communes
WHERE (
    code = upper($1) OR postcodes @> ARRAY[$1]
    OR name_key LIKE $2 || '%' OR name_key % $2
    OR code IN (
        SELECT successor FROM former_communes
        WHERE code = upper($1) OR name_key = $2
    )
) AND ($3::text IS NULL OR departement = $3)
ORDER BY name_key LIKE $2 || '%' DESC, similarity(name_key, $2) DESC, population DESC, code
LIMIT $4
"""


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
    """Every commune that one of these may mean."""
    codes = list({name.code.upper() for name in wanted if name.code})
    keys = list({name_key(name.name) for name in wanted if name.name})
    postcodes = list({name.postcode for name in wanted if name.postcode})
    communes = [_commune(row) for row in await tx.fetch(MEANT, codes, keys, postcodes)]
    former = [FormerCommune(**row) for row in await tx.fetch(MEANT_FORMER, codes, keys)]
    return Gazetteer(communes, former)


async def look_up(
    query: str, departement: str | None, limit: int, tx: Transaction
) -> list[Commune]:
    """Communes by name (its beginning, small typos forgiven), INSEE code or post code."""
    rows = await tx.fetch(LOOK_UP, query.strip(), name_key(query), departement, limit)
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
