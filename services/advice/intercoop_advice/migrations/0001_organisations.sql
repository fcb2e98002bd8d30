-- What every owner's directory says of its organisations, this instance's included: who can ask,
-- who can be asked, and how they are reached.

-- `record` is the public view, as published; null once the organisation has ended.
CREATE TABLE known_organisations (
    owner text NOT NULL,
    id uuid NOT NULL,
    as_of timestamptz NOT NULL,
    record jsonb,
    tags text[] NOT NULL, -- the expertise it offers, without case and accents
    name text GENERATED ALWAYS AS (record ->> 'name') STORED,
    kind text GENERATED ALWAYS AS (record ->> 'kind') STORED,
    trade text GENERATED ALWAYS AS (record ->> 'trade') STORED,
    left_on text GENERATED ALWAYS AS (record ->> 'left') STORED,
    epci text GENERATED ALWAYS AS (record -> 'commune' ->> 'epci') STORED,
    lat float8 GENERATED ALWAYS AS ((record -> 'commune' ->> 'lat')::float8) STORED,
    lon float8 GENERATED ALWAYS AS ((record -> 'commune' ->> 'lon')::float8) STORED,
    PRIMARY KEY (owner, id)
);
CREATE INDEX known_organisations_id ON known_organisations (id);

-- The co-operatives that can be asked, each once: an owner's own word goes before another's, and a
-- newer one before an older.
CREATE FUNCTION cooperatives(own_owner text) RETURNS SETOF known_organisations
LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT DISTINCT ON (id) * FROM known_organisations
    WHERE kind = 'cooperative' AND left_on IS NULL
    ORDER BY id, owner = own_owner DESC, as_of DESC, owner;
END;

-- Whether one of these tags is wanted, or all its words are among those of a title.
CREATE FUNCTION offers_any(tags text[], wanted text[], words text[]) RETURNS boolean
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN EXISTS (
    SELECT FROM unnest(tags) AS tag
    WHERE tag = ANY (wanted) OR string_to_array(tag, ' ') <@ words
);
