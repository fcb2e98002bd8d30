-- What a read costs does not grow with how much one owner publishes.

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

ALTER TABLE known_organisations
    ADD COLUMN place point GENERATED ALWAYS AS (map_point(
        (record -> 'commune' ->> 'lat')::float8, (record -> 'commune' ->> 'lon')::float8
    )) STORED,
    ADD COLUMN tag_keys text[] NOT NULL GENERATED ALWAYS AS (keys_of(tags)) STORED;
CREATE OR REPLACE VIEW cooperatives AS
SELECT * FROM known_organisations WHERE kind = 'cooperative' AND left_on IS NULL;
CREATE INDEX cooperatives_place ON known_organisations USING gist (place)
    WHERE kind = 'cooperative' AND left_on IS NULL;
CREATE INDEX cooperatives_epci ON known_organisations (epci)
    WHERE kind = 'cooperative' AND left_on IS NULL;
CREATE INDEX cooperatives_trade ON known_organisations (left(trade, 2))
    WHERE kind = 'cooperative' AND left_on IS NULL;
CREATE INDEX cooperatives_tags ON known_organisations USING gin (tag_keys);

-- A page reads no more than its bytes.
ALTER TABLE known_requests
    ADD COLUMN bytes int NOT NULL GENERATED ALWAYS AS (octet_length(record::text)) STORED;
CREATE OR REPLACE VIEW request_board AS
SELECT
    known.home, known.owner, known.id, known.as_of, known.asked_at, known.record,
    known.organisation_id, known.state, known.as_of AS said_at, known.bytes
FROM known_requests AS known;
