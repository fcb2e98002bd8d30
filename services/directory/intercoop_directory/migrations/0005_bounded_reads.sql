-- What a read of the directory costs does not grow with what one owner says of an organisation, nor
-- with how many organisations have the same SIREN.

-- Without these a long name or tag has no room in an index, and its organisation none in the table.
CREATE OR REPLACE FUNCTION tags_of(record jsonb) RETURNS text[]
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN ARRAY(
    SELECT left(fold(left(tag, 80)), 160)
    FROM jsonb_array_elements_text(record -> 'expertise') WITH ORDINALITY AS tags (tag, nth)
    WHERE nth <= 50 ORDER BY nth
);

-- What is searched, typos forgiven, which costs as much as it is long: the identity, and of the
-- tags the first ones. The filter by expertise knows all.
CREATE OR REPLACE FUNCTION words_of(record jsonb) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN left(
    fold(concat_ws(
        ' ',
        left(record ->> 'name', 200), left(record ->> 'acronym', 50),
        left(record -> 'commune' ->> 'name', 60), left(record ->> 'siren', 9)
    )) || ' ' || array_to_string(tags_of(record), ' '),
    600
);

ALTER TABLE known_organisations
    ADD COLUMN bytes int NOT NULL GENERATED ALWAYS AS (octet_length(record::text)) STORED,
    ALTER COLUMN sort_name SET EXPRESSION AS (left(fold(left(record ->> 'name', 200)), 400)),
    ALTER COLUMN tags SET EXPRESSION AS (tags_of(record)),
    ALTER COLUMN words SET EXPRESSION AS (words_of(record));

CREATE INDEX known_organisations_siren ON known_organisations (siren, owner) WHERE left_on IS NULL;
DROP INDEX network_organisations_siren;

-- What a read shows beside the row itself: since when it is so, and which other owners publish its
-- SIREN: up to six of them, each found by one look into the index. An organisation that left is no
-- rival of the one that took it over.
CREATE OR REPLACE VIEW directory AS
SELECT
    known.home, known.owner, known.id, known.version, known.as_of, known.record, known.sort_name,
    known.words, known.tags, known.siren, known.kind, known.statute, known.trade,
    known.departement, known.left_on, known.place,
    known.as_of AS said_at,
    ARRAY(
        WITH RECURSIVE holder (owner, nth) AS (
            (
                SELECT other.owner, 1 FROM known_organisations AS other
                WHERE other.siren = known.siren AND other.left_on IS NULL
                    AND known.left_on IS NULL
                ORDER BY other.owner LIMIT 1
            )
            UNION ALL
            SELECT following.owner, holder.nth + 1
            FROM holder CROSS JOIN LATERAL (
                SELECT other.owner FROM known_organisations AS other
                WHERE other.siren = known.siren AND other.left_on IS NULL
                    AND other.owner > holder.owner
                ORDER BY other.owner LIMIT 1
            ) AS following
            WHERE holder.nth < 7
        )
        SELECT holder.owner FROM holder
        WHERE holder.owner <> known.owner ORDER BY holder.owner LIMIT 6
    ) AS rivals,
    known.bytes
FROM known_organisations AS known;

-- As before, of all the columns.
CREATE OR REPLACE FUNCTION chosen(
    of_owner text, of_kind text, in_departement text, of_statute text, in_trade text,
    with_expertise text, member_of text, on_day text
) RETURNS SETOF directory
LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT * FROM directory
    WHERE (of_owner IS NULL OR owner = of_owner)
        AND (of_kind IS NULL OR kind = of_kind)
        AND (in_departement IS NULL OR departement = in_departement)
        AND (of_statute IS NULL OR statute = of_statute)
        AND (in_trade IS NULL OR starts_with(trade, in_trade))
        AND (with_expertise IS NULL OR tags @> ARRAY[left(fold(with_expertise), 160)])
        AND (member_of IS NULL OR EXISTS (
            SELECT FROM jsonb_array_elements(record -> 'links') AS link
            WHERE link ->> 'owner' = member_of
                AND link ->> 'since' <= on_day COLLATE "C"
                AND coalesce(link ->> 'until', '9') > on_day COLLATE "C"
        ));
END;
