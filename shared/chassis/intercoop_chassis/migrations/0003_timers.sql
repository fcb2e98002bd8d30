-- What has to be done at a moment to come; a row is removed in the transaction of its effect.

CREATE TABLE timers (
    key text PRIMARY KEY,
    kind text NOT NULL,
    payload jsonb NOT NULL,
    due_at timestamptz NOT NULL,
    traceparent text,
    correlation_id text,
    attempts int NOT NULL DEFAULT 0,
    next_try_at timestamptz NOT NULL,
    last_error text
);
CREATE INDEX timers_next ON timers (next_try_at);
