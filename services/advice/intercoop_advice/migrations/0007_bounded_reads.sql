-- What a read costs does not grow with how much one owner publishes.

-- With it a tree of places has the owner in front. Trusted: the service's own role may create it.
CREATE EXTENSION IF NOT EXISTS btree_gist;

-- A position on Mercator's map, where an index finds the nearest: near a place the map is true to
-- scale in every direction, and far away only the order of the far is not quite the real one.
CREATE FUNCTION map_point(lat float8, lon float8) RETURNS point
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN point(lon, degrees(asinh(tan(radians(zero_if_nearly(greatest(-85, least(85, lat))))))));

-- Of each tag its longest word: whatever asks for the tag has this word.
CREATE FUNCTION keys_of(tags text[]) RETURNS text[]
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN ARRAY(
    SELECT DISTINCT (
        SELECT word FROM unnest(string_to_array(tag, ' ')) AS word
        ORDER BY length(word) DESC, word COLLATE "C" LIMIT 1
    )
    FROM unnest(tags) AS tag
);

-- The keys as one owner's: of each owner some are looked at, however many another one has.
CREATE FUNCTION keys_of_owner(owner text, keys text[]) RETURNS text[]
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN ARRAY(SELECT owner || ' ' || key FROM unnest(keys) AS key);

ALTER TABLE known_organisations
    ADD COLUMN place point GENERATED ALWAYS AS (map_point(
        (record -> 'commune' ->> 'lat')::float8, (record -> 'commune' ->> 'lon')::float8
    )) STORED,
    ADD COLUMN search_keys text[] NOT NULL GENERATED ALWAYS AS (keys_of_owner(
        owner,
        keys_of(tags) || ('epci:' || (record -> 'commune' ->> 'epci'))
            || ('trade:' || left(record ->> 'trade', 2))
    )) STORED;
CREATE OR REPLACE VIEW cooperatives AS
SELECT * FROM known_organisations WHERE kind = 'cooperative' AND left_on IS NULL;
CREATE INDEX cooperatives_place ON known_organisations USING gist (owner, place)
    WHERE kind = 'cooperative' AND left_on IS NULL;
CREATE INDEX cooperatives_keys ON known_organisations USING gin (search_keys)
    WHERE kind = 'cooperative' AND left_on IS NULL;

-- How often a co-operative was asked, up to `most`: by this instance's own each time, by another
-- owner once, however often that says so. (The view `asked_when` is read by the version before.)
CREATE INDEX network_invitations_askers
    ON network_invitations (organisation_id, owner, asked_at);
DROP INDEX network_invitations_organisation;
CREATE FUNCTION times_asked(asked uuid, since timestamptz, until timestamptz, most int)
RETURNS bigint
LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
    WITH RECURSIVE askers AS (
        SELECT min(owner) AS owner FROM network_invitations WHERE organisation_id = asked
        UNION ALL
        SELECT (
            SELECT min(owner) FROM network_invitations
            WHERE organisation_id = asked AND owner > askers.owner
        )
        FROM askers WHERE askers.owner IS NOT NULL
    )
    SELECT count(*) FROM (
        (SELECT FROM invitations WHERE organisation_id = asked AND asked_at > since LIMIT most)
        UNION ALL
        SELECT FROM askers WHERE EXISTS (
            SELECT FROM network_invitations AS known
            WHERE known.organisation_id = asked AND known.owner = askers.owner
                AND known.asked_at > since AND known.asked_at <= until
        )
        LIMIT most
    ) AS counted;
END;

-- A page reads no more than its bytes.
ALTER TABLE known_requests
    ADD COLUMN bytes int NOT NULL GENERATED ALWAYS AS (octet_length(record::text)) STORED;
CREATE OR REPLACE VIEW request_board AS
SELECT
    known.home, known.owner, known.id, known.as_of, known.asked_at, known.record,
    known.organisation_id, known.state, known.as_of AS said_at, known.bytes
FROM known_requests AS known;
