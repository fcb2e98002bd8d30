-- Who was erased: the id and the fact, when, for which reason, and by whom; no name of anybody.
CREATE TABLE erasures (
    person_id uuid PRIMARY KEY,
    erased_at timestamptz NOT NULL,
    reason text NOT NULL CHECK (reason IN ('asked', 'left', 'mistake')),
    erased_by uuid NOT NULL
);
