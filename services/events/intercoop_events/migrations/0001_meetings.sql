-- Meetings: those of this instance, and what every other organiser announces. Both are partitions
-- of one table, so that a read unites them.

CREATE TABLE known_meetings (
    home boolean NOT NULL,
    owner text NOT NULL,
    id uuid NOT NULL,
    version bigint NOT NULL CHECK (version > 0),
    as_of timestamptz, -- null for this instance's own: `published` has it
    record jsonb NOT NULL, -- the public view, as published
    starts timestamptz NOT NULL,
    ends timestamptz NOT NULL,
    state text NOT NULL GENERATED ALWAYS AS (record ->> 'state') STORED,
    format text NOT NULL GENERATED ALWAYS AS (record ->> 'format') STORED,
    departement text GENERATED ALWAYS AS (record -> 'place' ->> 'departement') STORED,
    lat float8 GENERATED ALWAYS AS ((record -> 'place' ->> 'lat')::float8) STORED,
    lon float8 GENERATED ALWAYS AS ((record -> 'place' ->> 'lon')::float8) STORED,
    CHECK (home OR as_of IS NOT NULL),
    PRIMARY KEY (home, owner, id)
) PARTITION BY LIST (home);

CREATE INDEX known_meetings_id ON known_meetings (id);
CREATE INDEX known_meetings_order ON known_meetings (starts, owner, id);

CREATE TABLE network_meetings PARTITION OF known_meetings FOR VALUES IN (false);
ALTER TABLE network_meetings ALTER COLUMN home SET DEFAULT false;
CREATE TABLE meetings PARTITION OF known_meetings (
    CONSTRAINT ends_after_it_starts CHECK (ends > starts),
    CONSTRAINT state_is_known CHECK (state IN ('scheduled', 'cancelled'))
) FOR VALUES IN (true);
ALTER TABLE meetings ALTER COLUMN home SET DEFAULT true;

-- How full each is. Of this instance's own meetings the number of seats is decided here.
CREATE TABLE known_seats (
    owner text NOT NULL,
    meeting_id uuid NOT NULL,
    seats int NOT NULL,
    seated int NOT NULL,
    waiting int NOT NULL,
    PRIMARY KEY (meeting_id, owner)
);

-- What a read shows: since when it is so, and how full it is as far as this instance knows.
CREATE VIEW calendar AS
SELECT
    known.*,
    coalesce(known.as_of, (
        SELECT published.occurred_at FROM published
        WHERE known.home AND published.subject = known.id::text
            AND published.topic = 'shared.' || known.owner || '.meetings.v1'
    )) AS said_at,
    known_seats.seats, known_seats.seated, known_seats.waiting
FROM known_meetings AS known
LEFT JOIN known_seats ON known_seats.meeting_id = known.id AND known_seats.owner = known.owner;
