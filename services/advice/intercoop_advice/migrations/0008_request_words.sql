-- Requests are searched by their words: without case and accents, each by its beginning.

-- With it one index has the owner beside the words. Trusted: the service's own role may create it.
CREATE EXTENSION IF NOT EXISTS btree_gin;

CREATE FUNCTION without_accents(written text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN lower(replace(replace(replace(replace(
    regexp_replace(normalize(written, NFKD), '[\u0300-\u036f]', '', 'g'),
    'œ', 'oe'), 'Œ', 'oe'), 'æ', 'ae'), 'Æ', 'ae'));

ALTER TABLE known_requests
    ADD COLUMN words tsvector NOT NULL GENERATED ALWAYS AS (to_tsvector(
        'simple'::regconfig,
        without_accents(
            coalesce(record ->> 'title', '') || ' ' || coalesce(record ->> 'text', '')
            || ' ' || coalesce(record ->> 'organisation_name', '')
            || ' ' || coalesce(record -> 'commune' ->> 'name', '')
            || ' ' || coalesce(record ->> 'expertise', '')
            || ' ' || coalesce(record ->> 'what_helped', '')
        )
    )) STORED;
CREATE INDEX known_requests_words ON known_requests USING gin (owner, words);
