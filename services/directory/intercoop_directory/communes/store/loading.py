"""Loads the tables of communes, and of the codes and names that became theirs."""

from collections.abc import Sequence
from typing import Final

from intercoop_chassis.postgres import Transaction
from intercoop_directory.communes.domain import Commune, FormerCommune, name_key

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
ARE_LOADED: Final = "SELECT EXISTS (SELECT FROM communes)"


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
    return bool(await tx.fetchval(ARE_LOADED))
