-- What a read costs does not grow with how much one owner publishes.

-- Which square degree a position is in. An index of them costs the same wherever organisations are:
-- trees of places are dear to write where thousands are at one place.
CREATE FUNCTION cell_of(lat float8, lon float8) RETURNS int
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN floor(lat)::int * 360 + (floor(lon)::int + 540) % 360;

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
    ADD COLUMN tag_keys text[] NOT NULL
        GENERATED ALWAYS AS (keys_of_owner(owner, keys_of(tags))) STORED;
CREATE OR REPLACE VIEW cooperatives AS
SELECT * FROM known_organisations WHERE kind = 'cooperative' AND left_on IS NULL;
CREATE INDEX cooperatives_cell ON known_organisations (owner, cell_of(lat, lon))
    WHERE kind = 'cooperative' AND left_on IS NULL;
CREATE INDEX cooperatives_epci ON known_organisations (owner, epci)
    WHERE kind = 'cooperative' AND left_on IS NULL;
CREATE INDEX cooperatives_trade ON known_organisations (owner, left(trade, 2))
    WHERE kind = 'cooperative' AND left_on IS NULL;
CREATE INDEX cooperatives_tags ON known_organisations USING gin (tag_keys);

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
