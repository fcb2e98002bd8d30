-- What has to leave the database and cannot be rolled back: mails, later webhooks. A row is written
-- in the transaction of its cause, and kept for a while after it was delivered, so that the same key
-- is not delivered twice.

CREATE TABLE outgoing (
    key text PRIMARY KEY,
    kind text NOT NULL,
    payload jsonb NOT NULL,
    not_before timestamptz NOT NULL DEFAULT now(),
    deadline timestamptz NOT NULL,
    attempts int NOT NULL DEFAULT 0,
    next_try_at timestamptz NOT NULL DEFAULT now(),
    leased_until timestamptz, -- while a process is at it
    state text NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'done', 'failed', 'expired')),
    last_error text,
    traceparent text,
    correlation_id text,
    finished_at timestamptz,
    CHECK ((state = 'pending') = (finished_at IS NULL))
);
CREATE INDEX outgoing_due ON outgoing (next_try_at) WHERE state = 'pending';
CREATE INDEX outgoing_finished ON outgoing (finished_at) WHERE finished_at IS NOT NULL;
CREATE INDEX outgoing_order ON outgoing (kind, not_before, key);
