-- The pipeline's tables: what this service has said, and what it knows of others.

CREATE TABLE published (
    topic text NOT NULL,
    subject text NOT NULL,
    version bigint NOT NULL CHECK (version > 0),
    event_id uuid NOT NULL,
    event_type text NOT NULL,
    occurred_at timestamptz NOT NULL,
    correlation_id text,
    causation_id text,
    traceparent text,
    value text NOT NULL,
    erased boolean NOT NULL DEFAULT false,
    PRIMARY KEY (topic, subject),
    CONSTRAINT published_fits_a_message CHECK (octet_length(value) < 600000),
    CONSTRAINT erased_stays_erased CHECK (NOT erased OR value LIKE '{"ended":%')
);

-- A pointer per change the broker has not confirmed; `refused` says why it cannot be sent.
CREATE TABLE outbox (
    seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    topic text NOT NULL,
    subject text NOT NULL,
    enqueued_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    refused text
);
CREATE INDEX outbox_refused ON outbox (topic) WHERE refused IS NOT NULL;

CREATE TABLE replica (
    topic text NOT NULL,
    subject text NOT NULL,
    applied bigint NOT NULL DEFAULT 0,
    seen bigint NOT NULL,
    event_type text,
    occurred_at timestamptz,
    value text,
    parked bigint NOT NULL DEFAULT 0,
    CHECK (applied <= seen AND parked <= seen),
    CHECK ((applied = 0) = (value IS NULL)),
    PRIMARY KEY (topic, subject)
);

-- A change that could not be applied yet: the newer state, as it came, and why it waits.
CREATE TABLE parked (
    topic text NOT NULL,
    subject text NOT NULL,
    version bigint NOT NULL,
    headers bytea NOT NULL,
    value bytea NOT NULL,
    is_news boolean NOT NULL,
    reason text NOT NULL,
    waits_for text,
    parked_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    attempts int NOT NULL DEFAULT 1,
    next_try_at timestamptz NOT NULL,
    PRIMARY KEY (topic, subject),
    FOREIGN KEY (topic, subject) REFERENCES replica ON DELETE CASCADE
);
CREATE INDEX parked_due ON parked (next_try_at);
CREATE INDEX parked_waiting ON parked (waits_for) WHERE waits_for IS NOT NULL;

CREATE TABLE offsets (
    cluster text NOT NULL,
    topic text NOT NULL,
    partition int NOT NULL,
    next_offset bigint NOT NULL,
    PRIMARY KEY (cluster, topic, partition)
);

CREATE TABLE subscriptions (
    stream text NOT NULL,
    owner text NOT NULL, -- '*' when all are followed
    since timestamptz NOT NULL,
    PRIMARY KEY (stream, owner)
);

-- Facts about this database that the roles agree on: the confirmed cluster, the resync round.
CREATE TABLE pipeline_state (
    name text PRIMARY KEY,
    value text NOT NULL
);
