-- Reads that are asked most often cost less: fields for communes, suggestions, and the owners that contest a SIREN.

-- The key of a commune's name without the article before it: `havre` of `le havre`.
CREATE FUNCTION bare_name_of(name_key text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN regexp_replace(name_key, '^(le|la|les|l) ', '');

CREATE INDEX communes_beginning ON communes ((bare_name_of(name_key) COLLATE "C"));

-- Which other owners publish a SIREN: a row that nobody contests, as nearly all, asks for it by two
-- looks into an index, and statements are planned without the search for the others.

CREATE FUNCTION rivals_of(of_siren text, of_owner text) RETURNS text[]
LANGUAGE sql STABLE STRICT PARALLEL SAFE
RETURN ARRAY(
    WITH RECURSIVE holder (owner, nth) AS (
        (
            SELECT other.owner, 1 FROM known_organisations AS other
            WHERE other.siren = of_siren AND other.left_on IS NULL
            ORDER BY other.owner LIMIT 1
        )
        UNION ALL
        SELECT following.owner, holder.nth + 1
        FROM holder CROSS JOIN LATERAL (
            SELECT other.owner FROM known_organisations AS other
            WHERE other.siren = of_siren AND other.left_on IS NULL AND other.owner > holder.owner
            ORDER BY other.owner LIMIT 1
        ) AS following
        WHERE holder.nth < 7
    )
    SELECT holder.owner FROM holder WHERE holder.owner <> of_owner ORDER BY holder.owner LIMIT 6
);

CREATE OR REPLACE VIEW directory AS
SELECT
    known.home, known.owner, known.id, known.version, known.as_of, known.record, known.sort_name,
    known.words, known.tags, known.siren, known.kind, known.statute, known.trade,
    known.departement, known.left_on, known.place,
    known.as_of AS said_at,
    CASE
        WHEN known.left_on IS NULL AND known.siren IS NOT NULL AND (
            (
                SELECT other.owner FROM known_organisations AS other
                WHERE other.siren = known.siren AND other.left_on IS NULL
                ORDER BY other.owner LIMIT 1
            ) <> known.owner
            OR (
                SELECT other.owner FROM known_organisations AS other
                WHERE other.siren = known.siren AND other.left_on IS NULL
                ORDER BY other.owner DESC LIMIT 1
            ) <> known.owner
        ) THEN rivals_of(known.siren, known.owner)
        ELSE ARRAY[]::text[]
    END AS rivals,
    known.bytes
FROM known_organisations AS known;

-- As it is: with no index it makes words of a row's text again. A plan takes that for nothing.
ALTER FUNCTION lexemes_of(text) COST 10000;
