-- Organisations: those of this instance, and what every other owner publishes of its own. Both are
-- partitions of one table, so that a read unites them and an index serves both.

CREATE FUNCTION tags_of(record jsonb) RETURNS text[]
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN ARRAY(SELECT fold(tag) FROM jsonb_array_elements_text(record -> 'expertise') AS tag);

CREATE FUNCTION words_of(record jsonb) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN fold(concat_ws(
    ' ', record ->> 'name', record ->> 'acronym', record -> 'commune' ->> 'name', record ->> 'siren'
)) || ' ' || array_to_string(tags_of(record), ' ');

-- `record` is the public view, as published. Dates in it are ISO texts, which sort as they are.
CREATE TABLE known_organisations (
    home boolean NOT NULL,
    owner text NOT NULL,
    id uuid NOT NULL,
    version bigint NOT NULL CHECK (version > 0),
    as_of timestamptz, -- null for this instance's own: `published` has it
    record jsonb NOT NULL,
    sort_name text COLLATE "C" NOT NULL GENERATED ALWAYS AS (fold(record ->> 'name')) STORED,
    words text NOT NULL GENERATED ALWAYS AS (words_of(record)) STORED,
    tags text[] NOT NULL GENERATED ALWAYS AS (tags_of(record)) STORED,
    siren text GENERATED ALWAYS AS (record ->> 'siren') STORED,
    kind text NOT NULL GENERATED ALWAYS AS (record ->> 'kind') STORED,
    statute text NOT NULL GENERATED ALWAYS AS (record ->> 'statute') STORED,
    trade text GENERATED ALWAYS AS (record ->> 'trade') STORED,
    departement text GENERATED ALWAYS AS (record -> 'commune' ->> 'departement') STORED,
    left_on text COLLATE "C" GENERATED ALWAYS AS (record ->> 'left') STORED,
    place cube GENERATED ALWAYS AS (sphere_point(
        (record -> 'commune' ->> 'lat')::float8, (record -> 'commune' ->> 'lon')::float8
    )) STORED,
    CHECK (home OR as_of IS NOT NULL),
    PRIMARY KEY (home, owner, id)
) PARTITION BY LIST (home);

CREATE INDEX known_organisations_id ON known_organisations (id);
CREATE INDEX known_organisations_order ON known_organisations (sort_name, owner, id);
CREATE INDEX known_organisations_departement ON known_organisations (departement);
CREATE INDEX known_organisations_words ON known_organisations USING gin (words gin_trgm_ops);
CREATE INDEX known_organisations_tags ON known_organisations USING gin (tags);
CREATE INDEX known_organisations_place ON known_organisations USING gist (place);

CREATE TABLE network_organisations PARTITION OF known_organisations FOR VALUES IN (false);
ALTER TABLE network_organisations ALTER COLUMN home SET DEFAULT false;
CREATE INDEX network_organisations_siren ON network_organisations (siren);

-- Whether two memberships of a union meet on a day; `until` is exclusive.
CREATE FUNCTION unions_overlap(record jsonb) RETURNS boolean
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN EXISTS (
    SELECT FROM jsonb_array_elements(record -> 'links') WITH ORDINALITY AS one (link, nth)
    JOIN jsonb_array_elements(record -> 'links') WITH ORDINALITY AS other (link, nth)
        ON one.nth < other.nth
    WHERE one.link ->> 'kind' = 'union' AND other.link ->> 'kind' = 'union'
        AND one.link ->> 'since' < coalesce(other.link ->> 'until', '9') COLLATE "C"
        AND other.link ->> 'since' < coalesce(one.link ->> 'until', '9') COLLATE "C"
);

-- What must never be is checked for this instance's own; others check theirs.
CREATE TABLE organisations PARTITION OF known_organisations (
    CONSTRAINT home_has_a_name CHECK (length(record ->> 'name') BETWEEN 1 AND 200),
    CONSTRAINT siren_is_nine_digits CHECK (siren ~ '^[0-9]{9}$'),
    CONSTRAINT statute_of_a_cooperative CHECK (kind = 'cooperative' OR statute = 'other'),
    CONSTRAINT one_union_at_a_time CHECK (NOT unions_overlap(record))
) FOR VALUES IN (true);
ALTER TABLE organisations ALTER COLUMN home SET DEFAULT true;
ALTER TABLE organisations ADD CONSTRAINT siren_is_unique UNIQUE (siren) DEFERRABLE;

-- What a read shows beside the row itself: since when it is so, and who else publishes its SIREN.
-- An organisation that left is no rival of the one that took it over.
CREATE VIEW directory AS
SELECT
    known.*,
    coalesce(known.as_of, (
        SELECT published.occurred_at FROM published
        WHERE known.home AND published.subject = known.id::text
            AND published.topic = 'shared.' || known.owner || '.organisations.v1'
    )) AS said_at,
    ARRAY(
        SELECT DISTINCT rival.owner FROM known_organisations AS rival
        WHERE rival.siren = known.siren AND rival.owner <> known.owner
            AND rival.left_on IS NULL AND known.left_on IS NULL
        ORDER BY rival.owner
    ) AS rivals
FROM known_organisations AS known;

-- The directory's rows that agree with every filter that is not null. Inlined by the planner.
CREATE FUNCTION chosen(
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
        AND (with_expertise IS NULL OR tags @> ARRAY[fold(with_expertise)])
        AND (member_of IS NULL OR EXISTS (
            SELECT FROM jsonb_array_elements(record -> 'links') AS link
            WHERE link ->> 'owner' = member_of
                AND link ->> 'since' <= on_day COLLATE "C"
                AND coalesce(link ->> 'until', '9') > on_day COLLATE "C"
        ));
END;

-- Whether every word asked for stands somewhere in the text, small typos forgiven.
CREATE FUNCTION all_found(asked text[], words text) RETURNS boolean
LANGUAGE sql STABLE STRICT PARALLEL SAFE
RETURN NOT EXISTS (
    SELECT FROM unnest(asked) AS word
    WHERE words NOT LIKE '%' || word || '%' AND NOT word <% words
);

-- How well the words asked for are met, in thousandths: a name that begins with one is best.
CREATE FUNCTION search_score(asked text[], sort_name text, words text) RETURNS int
LANGUAGE sql STABLE STRICT PARALLEL SAFE
RETURN (
    SELECT (1000 * avg(
        CASE WHEN ' ' || sort_name LIKE '% ' || word || '%' THEN 2.0
            WHEN words LIKE '%' || word || '%' THEN 1.0
            ELSE word_similarity(word, words)
        END
    ) + 500 * similarity(array_to_string(asked, ' '), sort_name))::int
    FROM unnest(asked) AS word
);
