-- The organiser's side: what it answered to each registration for a meeting of its own.
CREATE TABLE seats (
    meeting_id uuid NOT NULL,
    registration_id uuid NOT NULL,
    asker text NOT NULL,
    organisation_id uuid NOT NULL,
    request_revision int NOT NULL,
    verdict text NOT NULL CHECK (verdict IN ('seated', 'waiting', 'refused', 'released')),
    refused_because text,
    queue bigint NOT NULL,
    PRIMARY KEY (meeting_id, registration_id)
);

-- The guests' side: registrations of people of this instance, wherever the meeting is.
CREATE TABLE registrations (
    id uuid PRIMARY KEY,
    organiser text NOT NULL,
    meeting_id uuid NOT NULL,
    person_id uuid NOT NULL,
    organisation_id uuid NOT NULL,
    revision int NOT NULL,
    state text NOT NULL CHECK (
        state IN ('asked', 'seated', 'waiting', 'refused', 'withdrawn', 'lapsed', 'cancelled')
    ),
    refused_because text
);
CREATE UNIQUE INDEX one_live_registration ON registrations (meeting_id, person_id)
    WHERE state IN ('asked', 'seated', 'waiting');
CREATE INDEX registrations_person ON registrations (person_id, id);

-- The secret in the address of a person's own calendar.
CREATE TABLE calendar_keys (
    person_id uuid PRIMARY KEY,
    key text NOT NULL UNIQUE
);
