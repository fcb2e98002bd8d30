-- Sessions that ended before their time: tokens that name one are refused.
CREATE TABLE ended_sessions (
    session_id uuid PRIMARY KEY,
    ended_at timestamptz NOT NULL, -- by the clock of whoever ended it
    learnt_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX ended_sessions_learnt_at ON ended_sessions (learnt_at);
