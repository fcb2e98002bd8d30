"""The communes that somebody's words may mean."""

from collections.abc import Collection, Iterable
from typing import Final

from intercoop_chassis.postgres import Transaction
from intercoop_directory.communes.domain import (
    LONGEST_NAME,
    Commune,
    FormerCommune,
    Gazetteer,
    PlaceName,
    name_key,
    where_of,
)
from intercoop_directory.communes.store.rows import commune_of

MEANT: Final = """
SELECT code, name, departement, region, epci, population, postcodes, lat, lon FROM communes
WHERE code = ANY (ARRAY(
    SELECT code FROM communes WHERE code = ANY ($1::text[])
    UNION SELECT code FROM communes WHERE name_key = ANY ($2::text[])
    UNION SELECT code FROM communes WHERE postcodes && $3::text[]
    UNION SELECT successor FROM former_names
        WHERE code = ANY ($1::text[]) OR name_key = ANY ($2::text[])
))
"""
"""Each condition has an index; joined by `OR` beside a subselect they would read every commune."""
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
GUESSED_AT_ONCE: Final = 50
"""For so many names that no commune has, those that are like them are looked for."""


async def gazetteer_of(wanted: Collection[PlaceName], tx: Transaction) -> Gazetteer:
    """Every commune that one of these may mean, and a few that are like names nobody has."""
    named = [name.apart() for name in wanted]
    codes = list({name.code.upper() for name in named if name.code})
    keys = list({name_key(name.name) for name in named if name.name})
    postcodes = list({name.postcode for name in named if name.postcode} | set(codes))
    communes = [commune_of(row) for row in await tx.fetch(MEANT, codes, keys, postcodes)]
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
            found.setdefault(row["like_key"], []).append(commune_of(row))
    return found
