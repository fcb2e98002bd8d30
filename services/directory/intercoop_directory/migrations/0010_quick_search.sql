-- A search reads an index of words, ranks few rows, and takes whole records only of what it shows. All
-- of it hangs on columns that were there, so that a process of the version before writes them too.

-- The words of a key (`words`: the name's line, then the others), the first 32 of them, each by its
-- first 40 letters: so many cost a row its place in the index, and a search for a beginning what it reads.
CREATE FUNCTION lexemes_of(words text) RETURNS tsvector
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN array_to_tsvector(array_remove((string_to_array(
    translate(regexp_replace(words, E'([^ \n]{40})[^ \n]+', '\1', 'g'), E'\n', ' '), ' '
))[1:32], ''));

-- Where typing errors are forgiven: the beginning of the name, then that of acronym and commune.
CREATE FUNCTION forgiving_of(words text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN left(split_part(words, E'\n', 1), 60) || ' ' || left(split_part(words, E'\n', 2), 60);

-- The beginning of the name's key; compare it by the codes of its letters (COLLATE "C").
CREATE FUNCTION name_key_of(words text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN left(split_part(words, E'\n', 1), 60);

-- Memberships in unions, then others, the last ones first: three and five, as `union|since|until|slug`.
CREATE FUNCTION memberships_of(record jsonb) RETURNS text[]
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN CASE
    WHEN record -> 'links' = '[]' THEN ARRAY[]::text[]
    ELSE ARRAY(
        SELECT CASE kind WHEN 'union' THEN 'u' ELSE 'f' END
            || '|' || since || '|' || coalesce(until, '9999-12-31') || '|' || owner
        FROM (
            SELECT kind, since, until, owner, row_number() OVER (
                PARTITION BY kind ORDER BY since COLLATE "C" DESC, nth DESC
            ) AS place
            FROM ROWS FROM (
                jsonb_to_recordset(record -> 'links')
                    AS (kind text, since text, until text, owner text)
            ) WITH ORDINALITY AS link (kind, since, until, owner, nth)
        ) AS links
        WHERE place <= CASE kind WHEN 'union' THEN 3 ELSE 5 END
        ORDER BY kind DESC, place
    )
END;

ALTER TABLE known_organisations
    ADD COLUMN memberships text[] NOT NULL GENERATED ALWAYS AS (memberships_of(record)) STORED;

CREATE INDEX known_organisations_lexemes ON known_organisations
    USING gin (lexemes_of(words)) WITH (gin_pending_list_limit = 256);
CREATE INDEX known_organisations_forgiving ON known_organisations
    USING gin (forgiving_of(words) gin_trgm_ops) WITH (gin_pending_list_limit = 256);
CREATE INDEX known_organisations_name_key ON known_organisations
    (owner, (name_key_of(words) COLLATE "C"));
-- Of 600 letters each; nothing but this was dear to write. The version before does without.
DROP INDEX known_organisations_words;

-- Whether a membership as above holds on a day (ISO, which sorts as it is).
CREATE FUNCTION holds_on(membership text, on_day text) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN substr(membership, 3, 10) <= on_day COLLATE "C" AND substr(membership, 14, 10) > on_day COLLATE "C";

-- The union on a day; an organisation is in one at a time.
CREATE FUNCTION union_on(memberships text[], on_day text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE
    WHEN left(memberships[1], 1) = 'u' AND holds_on(memberships[1], on_day) THEN substr(memberships[1], 25)
    WHEN left(memberships[2], 1) = 'u' AND holds_on(memberships[2], on_day) THEN substr(memberships[2], 25)
    WHEN left(memberships[3], 1) = 'u' AND holds_on(memberships[3], on_day) THEN substr(memberships[3], 25)
END;

CREATE FUNCTION is_member_on(memberships text[], of_owner text, on_day text) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN EXISTS (
    SELECT FROM unnest(memberships) AS membership
    WHERE substr(membership, 25) = of_owner AND holds_on(membership, on_day)
);
