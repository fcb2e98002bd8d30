-- Where things are. All three extensions are trusted: the service's own role may create them.
-- earthdistance is not, so its idea (a point of the sphere as a cube) is written out below.

CREATE EXTENSION IF NOT EXISTS unaccent;
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE EXTENSION IF NOT EXISTS cube;

-- A text without case and accents. Bodies of this form are bound when they are created, so that
-- generated columns survive a restore, where nothing is on the search path.
CREATE FUNCTION fold(value text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN lower(unaccent('unaccent'::regdictionary, value));

-- A position on the unit sphere; null when either coordinate is.
CREATE FUNCTION sphere_point(lat float8, lon float8) RETURNS cube
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN cube(ARRAY[
    cos(radians(lat)) * cos(radians(lon)),
    cos(radians(lat)) * sin(radians(lon)),
    sin(radians(lat))
]);

-- Great-circle distance and straight chord, by the Earth's mean radius (6,371.0088 km).
CREATE FUNCTION km_of_chord(chord float8) RETURNS float8
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN 2 * 6371.0088 * asin(least(1.0, chord / 2));

CREATE FUNCTION chord_of_km(km float8) RETURNS float8
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN 2 * sin(least(km / 6371.0088, pi()) / 2);

-- Every commune of today, as loaded from a file.
CREATE TABLE communes (
    code text PRIMARY KEY CHECK (code ~ '^[0-9][0-9AB][0-9]{3}$'),
    name text NOT NULL CHECK (name <> ''),
    name_key text NOT NULL,
    departement text NOT NULL,
    region text NOT NULL,
    epci text,
    population int NOT NULL CHECK (population >= 0),
    postcodes text[] NOT NULL,
    lat float8,
    lon float8,
    CHECK (lat BETWEEN -90 AND 90 AND lon BETWEEN -180 AND 180),
    CHECK ((lat IS NULL) = (lon IS NULL))
);
CREATE INDEX communes_name ON communes USING gin (name_key gin_trgm_ops);
CREATE INDEX communes_exact_name ON communes (name_key);
CREATE INDEX communes_postcodes ON communes USING gin (postcodes);

-- Communes that were merged, and the municipal districts of Paris, Lyon and Marseille.
CREATE TABLE former_communes (
    code text PRIMARY KEY CHECK (code ~ '^[0-9][0-9AB][0-9]{3}$'),
    name text NOT NULL,
    name_key text NOT NULL,
    successor text NOT NULL
);
CREATE INDEX former_communes_name ON former_communes (name_key);
