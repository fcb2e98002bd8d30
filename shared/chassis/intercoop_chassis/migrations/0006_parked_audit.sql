-- What operators did with parked changes, and what they looked at in the clear. Never deleted.
CREATE TABLE parked_audit (
    seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    who text NOT NULL,
    what text NOT NULL CHECK (what IN ('retried', 'discarded', 'unmasked')),
    topic text NOT NULL,
    subject text NOT NULL,
    version bigint NOT NULL,
    reason text NOT NULL -- why it was parked; for one that was discarded, why that
);
