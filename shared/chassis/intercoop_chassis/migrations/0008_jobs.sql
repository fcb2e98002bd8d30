-- What has to be done at a moment to come: a row, due, tried until it is done. One that has a deadline
-- leaves the database, like a mail, and cannot be rolled back: it is tried under a lease, and kept for
-- a while after its end, so that the same key is not delivered twice. One without is a timer: its row
-- is removed in the transaction of its effect. Keys of the two are apart.

CREATE TABLE jobs (
    key text NOT NULL,
    kind text NOT NULL,
    payload jsonb NOT NULL,
    due_at timestamptz NOT NULL DEFAULT now(),
    deadline timestamptz,
    leaves boolean NOT NULL GENERATED ALWAYS AS (deadline IS NOT NULL) STORED,
    attempts int NOT NULL DEFAULT 0,
    next_try_at timestamptz NOT NULL DEFAULT now(),
    leased_until timestamptz, -- while a process is at it
    state text NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'done', 'failed', 'expired')),
    last_error text,
    traceparent text,
    correlation_id text,
    finished_at timestamptz,
    PRIMARY KEY (leaves, key),
    CHECK ((state = 'pending') = (finished_at IS NULL)),
    CONSTRAINT timers_end_with_their_effect
        CHECK (leaves OR (state = 'pending' AND leased_until IS NULL))
);

INSERT INTO jobs (key, kind, payload, due_at, attempts, next_try_at, last_error,
                  traceparent, correlation_id)
SELECT key, kind, payload, due_at, attempts, next_try_at, last_error, traceparent, correlation_id
FROM timers;

INSERT INTO jobs (key, kind, payload, due_at, deadline, attempts, next_try_at, leased_until, state,
                  last_error, traceparent, correlation_id, finished_at)
SELECT key, kind, payload, not_before, deadline, attempts, next_try_at, leased_until, state,
       last_error, traceparent, correlation_id, finished_at
FROM outgoing;

DROP TABLE timers, outgoing;

CREATE INDEX jobs_timers_due ON jobs (next_try_at) WHERE NOT leaves;
CREATE INDEX jobs_deliveries_due ON jobs (next_try_at) WHERE leaves AND state = 'pending';
CREATE INDEX jobs_finished ON jobs (finished_at) WHERE finished_at IS NOT NULL;
CREATE INDEX jobs_order ON jobs (kind, due_at, key) WHERE leaves;
