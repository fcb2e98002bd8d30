-- What one other owner may ask of this instance's co-operatives has limits, and what is above them
-- waits here: an invitation of a request that is known, and the limit that it met.
CREATE TABLE withheld_invitations (
    owner text NOT NULL, -- whose request it is
    request_id uuid NOT NULL,
    organisation_id uuid NOT NULL,
    id uuid NOT NULL,
    because text NOT NULL CHECK (
        because IN (
            'unknown-organisation', 'invitations-a-request', 'open-requests', 'open-invitations',
            'daily-invitations'
        )
    ),
    a_request int NOT NULL, -- how many of one request were shown by then: the limit may rise
    PRIMARY KEY (owner, request_id, organisation_id)
);
-- What waits for room at a co-operative, the oldest first; what waits for a limit to rise, and for
-- nothing else, is not looked at before.
CREATE INDEX withheld_invitations_organisation
    ON withheld_invitations (organisation_id, owner, id) WHERE because <> 'invitations-a-request';
CREATE INDEX withheld_invitations_unknown
    ON withheld_invitations (organisation_id, owner, request_id)
    WHERE because = 'unknown-organisation';
CREATE INDEX withheld_invitations_a_request
    ON withheld_invitations (a_request, owner, request_id)
    WHERE because = 'invitations-a-request';

-- When an invitation was shown to its co-operative: those of a day are counted. What is there
-- already counts for no day; a process of the version before, in an upgrade, names no time.
ALTER TABLE received_invitations ADD COLUMN shown_at timestamptz NOT NULL DEFAULT '-infinity';
ALTER TABLE received_invitations ALTER COLUMN shown_at SET DEFAULT now();
CREATE INDEX received_invitations_open
    ON received_invitations (owner, request_id) WHERE NOT is_closed;
CREATE INDEX received_invitations_open_to_one
    ON received_invitations (owner, organisation_id) WHERE NOT is_closed;
CREATE INDEX received_invitations_shown
    ON received_invitations (owner, organisation_id, shown_at);

-- How much an owner asks, each counted up to `most` and no further.
CREATE FUNCTION open_requests_of(asker text, but_for uuid, most int) RETURNS bigint
LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT count(*) FROM (
        SELECT DISTINCT request_id FROM received_invitations
        WHERE owner = asker AND NOT is_closed AND request_id IS DISTINCT FROM but_for LIMIT most
    ) AS counted;
END;
CREATE FUNCTION open_invitations_of(asker text, asked uuid, most int) RETURNS bigint
LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT count(*) FROM (
        SELECT FROM received_invitations
        WHERE owner = asker AND organisation_id = asked AND NOT is_closed LIMIT most
    ) AS counted;
END;
CREATE FUNCTION invitations_since(asker text, asked uuid, since timestamptz, most int)
RETURNS bigint
LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT count(*) FROM (
        SELECT FROM received_invitations
        WHERE owner = asker AND organisation_id = asked AND shown_at > since LIMIT most
    ) AS counted;
END;
