-- What people look for by words: meetings, the organisations that receive their guests, and who may
-- be registered by staff. A text and what is asked of it are made alike by one function.
CREATE EXTENSION IF NOT EXISTS unaccent;

CREATE FUNCTION plain_words(value text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN btrim(regexp_replace(
    lower(unaccent('unaccent'::regdictionary, value) COLLATE "pg_unicode_fast"),
    '[^[:alnum:]]+', ' ', 'g'
));

CREATE FUNCTION words_of_meeting(record jsonb) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN plain_words(
    coalesce(record ->> 'title', '') || ' '
    || coalesce(record -> 'place' ->> 'venue', '') || ' '
    || coalesce(record -> 'place' ->> 'commune', '') || ' '
    || coalesce(left(record ->> 'description', 1000), '')
);

ALTER TABLE known_meetings
    ADD COLUMN words text NOT NULL GENERATED ALWAYS AS (words_of_meeting(record)) STORED,
    ADD COLUMN is_open boolean NOT NULL
        GENERATED ALWAYS AS (coalesce((record -> 'open_to_everybody')::boolean, false)) STORED;

DROP VIEW calendar;
-- What a read shows: since when it is so, and how full it is as far as this instance knows. A
-- process of a version before, which may run beside this one in an upgrade, reads `said_at`.
CREATE VIEW calendar AS
SELECT known.*, known.as_of AS said_at, known_seats.seats, known_seats.seated, known_seats.waiting
FROM known_meetings AS known
LEFT JOIN known_seats ON known_seats.meeting_id = known.id AND known_seats.owner = known.owner;

-- What every owner's directory says of its organisations, this instance's included.
CREATE TABLE known_organisations (
    owner text NOT NULL,
    id uuid NOT NULL,
    record jsonb NOT NULL, -- the public view, as published
    name text NOT NULL GENERATED ALWAYS AS (record ->> 'name') STORED,
    kind text NOT NULL GENERATED ALWAYS AS (coalesce(record ->> 'kind', 'cooperative')) STORED,
    words text NOT NULL GENERATED ALWAYS AS (plain_words(record ->> 'name')) STORED,
    commune_code text GENERATED ALWAYS AS (record -> 'commune' ->> 'code') STORED,
    commune text GENERATED ALWAYS AS (record -> 'commune' ->> 'name') STORED,
    commune_words text GENERATED ALWAYS AS (plain_words(record -> 'commune' ->> 'name')) STORED,
    departement text GENERATED ALWAYS AS (record -> 'commune' ->> 'departement') STORED,
    lat float8 GENERATED ALWAYS AS ((record -> 'commune' ->> 'lat')::float8) STORED,
    lon float8 GENERATED ALWAYS AS ((record -> 'commune' ->> 'lon')::float8) STORED,
    PRIMARY KEY (owner, id)
);
CREATE INDEX known_organisations_commune ON known_organisations (commune_words text_pattern_ops);
CREATE INDEX known_organisations_words ON known_organisations (words text_pattern_ops);
INSERT INTO known_organisations (owner, id, record)
SELECT split_part(topic, '.', 2), subject::uuid, value::jsonb FROM replica
WHERE topic LIKE 'shared.%.organisations.v1' AND value IS NOT NULL AND NOT has_ended;

-- The people of this instance by the words of their names; who they are is looked up.
CREATE TABLE known_people (
    owner text NOT NULL,
    id uuid NOT NULL,
    words text NOT NULL,
    PRIMARY KEY (owner, id)
);
INSERT INTO known_people (owner, id, words)
SELECT split_part(topic, '.', 2), subject::uuid,
    plain_words(concat_ws(' ', value::jsonb ->> 'given_name', value::jsonb ->> 'family_name'))
FROM replica
WHERE topic LIKE 'private.%.people.v1' AND value IS NOT NULL AND NOT has_ended;
