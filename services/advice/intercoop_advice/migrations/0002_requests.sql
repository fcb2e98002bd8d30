-- Requests for advice: those of this instance's co-operatives, and what every other owner publishes
-- of its own. Both are partitions of one table, so that a read unites them.

CREATE TABLE known_requests (
    home boolean NOT NULL,
    owner text NOT NULL,
    id uuid NOT NULL,
    as_of timestamptz, -- null for this instance's own: `published` has it
    asked_at timestamptz, -- of this instance's own
    record jsonb NOT NULL, -- the public view, as published
    organisation_id uuid NOT NULL
        GENERATED ALWAYS AS ((record ->> 'organisation_id')::uuid) STORED,
    state text NOT NULL GENERATED ALWAYS AS (record ->> 'state') STORED,
    CHECK (home OR as_of IS NOT NULL),
    PRIMARY KEY (home, owner, id)
) PARTITION BY LIST (home);

CREATE INDEX known_requests_order ON known_requests (id, owner);
CREATE INDEX known_requests_organisation ON known_requests (organisation_id);

CREATE TABLE network_requests PARTITION OF known_requests FOR VALUES IN (false);
ALTER TABLE network_requests ALTER COLUMN home SET DEFAULT false;
CREATE TABLE requests PARTITION OF known_requests (
    CONSTRAINT state_is_known CHECK (state IN ('open', 'closed')),
    CONSTRAINT closed_says_what_helped
        CHECK ((state = 'closed') = (coalesce(record ->> 'what_helped', '') <> '')),
    CONSTRAINT home_knows_when CHECK (asked_at IS NOT NULL)
) FOR VALUES IN (true);
ALTER TABLE requests ALTER COLUMN home SET DEFAULT true;
ALTER TABLE requests ADD CONSTRAINT request_is_unique UNIQUE (id);

-- What a read shows: since when it is so.
CREATE VIEW request_board AS
SELECT
    known.*,
    coalesce(known.as_of, (
        SELECT published.occurred_at FROM published
        WHERE known.home AND published.subject = known.id::text
            AND published.topic = 'shared.' || known.owner || '.advice-requests.v1'
    )) AS said_at
FROM known_requests AS known;

-- The asker's side: whom this instance's requests ask, what they offered, and what was answered.
CREATE TABLE invitations (
    id uuid PRIMARY KEY,
    request_id uuid NOT NULL REFERENCES requests (id),
    organisation_id uuid NOT NULL,
    helper text NOT NULL, -- whose member the invited co-operative is
    name text NOT NULL,
    asked_at timestamptz NOT NULL,
    offer_revision int CHECK (offer_revision > 0),
    offer_state text CHECK (offer_state IN ('offered', 'withdrawn')),
    offer_text text,
    answer_revision int CHECK (answer_revision <= offer_revision),
    verdict text CHECK (verdict IN ('accepted', 'not-taken')),
    contact jsonb, -- the helper's, once both have said yes
    has_helped boolean NOT NULL DEFAULT false,
    CHECK (num_nulls(offer_revision, offer_state, offer_text) IN (0, 3)),
    CHECK (num_nulls(answer_revision, verdict) IN (0, 2)),
    UNIQUE (request_id, organisation_id)
);
CREATE INDEX invitations_organisation ON invitations (organisation_id, asked_at);

-- Whom other owners' requests ask, and since when: for "asked lately".
CREATE TABLE network_invitations (
    owner text NOT NULL,
    id uuid NOT NULL,
    request_id uuid NOT NULL,
    organisation_id uuid NOT NULL,
    asked_at timestamptz NOT NULL,
    PRIMARY KEY (owner, id)
);
CREATE INDEX network_invitations_request ON network_invitations (owner, request_id);
CREATE INDEX network_invitations_organisation ON network_invitations (organisation_id, asked_at);

-- When each co-operative was asked, by whomever.
CREATE VIEW asked_when AS
SELECT organisation_id, asked_at FROM invitations
UNION ALL
SELECT organisation_id, asked_at FROM network_invitations;
