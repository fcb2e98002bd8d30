-- What each topic has here, which limits are compared with. Rows are added by whoever changes
-- something, and folded later: the sum of a topic's rows is what there is, and nobody waits for a row.
CREATE TABLE usage (
    topic text NOT NULL,
    living bigint NOT NULL DEFAULT 0, -- entities that are applied and have not ended
    bytes bigint NOT NULL DEFAULT 0, -- of applied values, and 256 for each
    parked bigint NOT NULL DEFAULT 0, -- bytes of parked messages, and 256 for each
    skipped bigint NOT NULL DEFAULT 0, -- changes that were counted and not kept: the topic is incomplete
    since timestamptz, -- of what was skipped
    CONSTRAINT what_was_skipped_has_a_date CHECK (skipped = 0 OR since IS NOT NULL)
);
CREATE INDEX usage_topic ON usage (topic);
CREATE INDEX usage_incomplete ON usage (topic) WHERE skipped <> 0;

-- Whether the value says that its entity has ended, as the chassis has read it: PostgreSQL does not
-- read all JSON that others may write. Of what is here already, as owners write it: that is near
-- enough, and the entity's next change says so exactly.
ALTER TABLE replica ADD COLUMN has_ended boolean;
UPDATE replica SET has_ended = value LIKE '{"ended":%' WHERE value IS NOT NULL;

INSERT INTO usage (topic, living, bytes)
SELECT topic, count(*) FILTER (WHERE NOT has_ended), sum(256 + octet_length(value))
FROM replica WHERE value IS NOT NULL GROUP BY topic;

INSERT INTO usage (topic, parked)
SELECT topic, sum(256 + octet_length(value) + octet_length(headers)) FROM parked GROUP BY topic;

-- A kind more: beside many that failed, and not tried yet.
ALTER TABLE parked
    DROP CONSTRAINT parked_kind_is_known,
    ADD CONSTRAINT parked_kind_is_known CHECK (kind IN (
        'empty', 'too-large', 'unreadable', 'missing-key', 'unopenable', 'foreign-id', 'excess',
        'unsubscribed', 'not-yet', 'subscriber-failed', 'set-aside', 'stubborn'
    ));

-- Operators and measures look at the oldest, and at what is beyond a limit, however much waits.
CREATE INDEX parked_oldest ON parked (parked_at, topic, subject);
CREATE INDEX parked_within_limits ON parked (parked_at) WHERE kind <> 'excess';
CREATE INDEX parked_excess ON parked (topic, parked_at) WHERE kind = 'excess';
-- What is due is looked for topic by topic: one owner's does not stand before another's.
DROP INDEX parked_due;
CREATE INDEX parked_due ON parked (topic, next_try_at);
CREATE INDEX parked_missing_key ON parked (missing_key) WHERE missing_key IS NOT NULL;
CREATE INDEX jobs_deliveries_oldest ON jobs (due_at) WHERE leaves AND state = 'pending';
