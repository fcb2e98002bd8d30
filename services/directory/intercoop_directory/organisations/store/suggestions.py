"""Organisations for what somebody begins to type: by name, acronym, SIREN or commune."""

from typing import Final

from intercoop_chassis.postgres import Transaction
from intercoop_directory.organisations.domain.suggestion import Suggestion
from intercoop_directory.organisations.store.asked import LONGEST_WORD

OF_EACH_OWNER: Final = 3
"""So many of one owner come before others' second choices."""

LOOKED_AT: Final = 200
"""So many in which the words stand, apart from the names that begin with them, are compared."""

MOST_WORDS: Final = 8

SUGGEST: Final = f"""
WITH RECURSIVE asked AS MATERIALIZED (
    SELECT left(key, 60) COLLATE "C" AS key, CASE WHEN key ~ '[^ ][^ ]' THEN (
        SELECT string_agg('''' || left(word, {LONGEST_WORD}) || ''':*', ' & ')
        FROM unnest((string_to_array(key, ' '))[1:{MOST_WORDS}]) AS word
    )::tsquery END AS beginnings -- a single letter begins too many words
    FROM (SELECT search_key($1) AS key) AS typed WHERE key <> ''
), owners (owner) AS (
    SELECT min(owner) FROM known_organisations
    UNION ALL
    SELECT (SELECT min(others.owner) FROM known_organisations AS others
        WHERE others.owner > owners.owner)
    FROM owners WHERE owner IS NOT NULL
), found AS (
    SELECT named.*, 0 AS place FROM asked CROSS JOIN owners CROSS JOIN LATERAL (
        SELECT home, known.owner, id, name_key_of(words) COLLATE "C" AS name_key
        FROM known_organisations AS known
        WHERE known.owner = owners.owner
            AND name_key_of(words) COLLATE "C" >= asked.key
            AND name_key_of(words) COLLATE "C" < asked.key || U&'\\+10FFFF'
        ORDER BY name_key_of(words) COLLATE "C" LIMIT $2
    ) AS named
    UNION ALL
    SELECT worded.*, 1 FROM asked CROSS JOIN LATERAL (
        SELECT home, owner, id, name_key_of(words) COLLATE "C" AS name_key FROM known_organisations
        WHERE lexemes_of(words) @@ asked.beginnings LIMIT {LOOKED_AT}
    ) AS worded
), ranked AS (
    SELECT home, owner, id, name_key, min(place) AS place,
        row_number() OVER (PARTITION BY owner ORDER BY min(place), name_key, id) AS nth
    FROM found GROUP BY home, owner, id, name_key
), offered AS (
    SELECT * FROM ranked
    ORDER BY nth > {OF_EACH_OWNER}, place, name_key, owner, id LIMIT $2
)
SELECT known.id, known.owner, known.siren, known.departement,
    said.name, said.acronym, said.commune ->> 'name' AS commune
FROM offered JOIN known_organisations AS known USING (home, owner, id)
CROSS JOIN LATERAL jsonb_to_record(known.record) AS said (name text, acronym text, commune jsonb)
ORDER BY offered.place, offered.name_key, known.owner, known.id
"""  # noqa: S608  constants of the code's own


async def suggest(typed: str, limit: int, tx: Transaction) -> list[Suggestion]:
    """At most `limit`: those whose name begins so, then those in which every word begins one.

    Where more are found, every owner has its turn. It is one statement.
    """
    return [
        Suggestion(
            id=row["id"],
            owner=row["owner"],
            name=row["name"],
            acronym=row["acronym"],
            siren=row["siren"],
            commune=row["commune"],
            departement=row["departement"],
        )
        for row in await tx.fetch(SUGGEST, typed, limit)
    ]
