-- Ids of entities are UUIDs of version 8, whose first 48 bits are milliseconds since 1970; for them
-- uuid_extract_timestamp is null. A UUID of another version says nothing of its time.
CREATE FUNCTION id_time(id uuid) RETURNS timestamptz
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN CASE uuid_extract_version(id)
    WHEN 8 THEN to_timestamp(('x' || translate(left(id::text, 13), '-', ''))::bit(48)::bigint / 1000.0)
    WHEN 7 THEN uuid_extract_timestamp(id)
END;

-- Two kinds more: an id that is not whose its stream says, and more than one owner may have here.
ALTER TABLE parked
    DROP CONSTRAINT parked_kind_is_known,
    ADD CONSTRAINT parked_kind_is_known CHECK (kind IN (
        'empty', 'too-large', 'unreadable', 'missing-key', 'unopenable', 'foreign-id', 'excess',
        'unsubscribed', 'not-yet', 'subscriber-failed', 'stubborn'
    ));

-- Whose tag an id carries: the first owner with a tag keeps it. Slugs that share one can be searched
-- for, so that the second is not read.
CREATE TABLE owner_tags (
    tag bigint PRIMARY KEY,
    owner text NOT NULL UNIQUE
);
