-- A decision about a seat reads how full the meeting is, the wish's own row and the first who wait;
-- what follows a meeting goes through its registrations in steps; a list and a feed read so many
-- bytes at most. None of it depends on how much another owner asks or says.

CREATE INDEX seats_by_verdict ON seats (meeting_id, verdict, queue);
CREATE INDEX seats_by_arrival ON seats (meeting_id, queue);

-- How much each owner has of a meeting of this instance; under the row lock of the meeting.
CREATE TABLE seat_askers (
    meeting_id uuid NOT NULL,
    asker text NOT NULL,
    live int NOT NULL, -- seated or waiting
    waiting int NOT NULL,
    PRIMARY KEY (meeting_id, asker)
);
INSERT INTO seat_askers (meeting_id, asker, live, waiting)
SELECT
    meeting_id, asker,
    count(*) FILTER (WHERE verdict IN ('seated', 'waiting')),
    count(*) FILTER (WHERE verdict = 'waiting')
FROM seats GROUP BY meeting_id, asker;

-- Of a meeting of this instance `known_seats` is what decides; others' counts are for show.
UPDATE known_seats SET
    seated = (
        SELECT count(*) FROM seats
        WHERE seats.meeting_id = known_seats.meeting_id AND verdict = 'seated'
    ),
    waiting = (
        SELECT count(*) FROM seats
        WHERE seats.meeting_id = known_seats.meeting_id AND verdict = 'waiting'
    )
FROM meetings
WHERE meetings.id = known_seats.meeting_id AND meetings.owner = known_seats.owner;

CREATE INDEX registrations_live ON registrations (meeting_id, id)
    WHERE state IN ('asked', 'seated', 'waiting');

-- What a calendar program is told of a meeting: no more than it can show.
CREATE FUNCTION brief_of(record jsonb) RETURNS jsonb
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN jsonb_build_object(
    'title', left(record ->> 'title', 200),
    'description', left(record ->> 'description', 601),
    'venue', left(record -> 'place' ->> 'venue', 200),
    'commune', left(record -> 'place' ->> 'commune', 200),
    'schedule_revision', least((record ->> 'schedule_revision')::numeric, 2147483647)
);

ALTER TABLE known_meetings
    ADD COLUMN bytes int NOT NULL GENERATED ALWAYS AS (octet_length(record::text)) STORED,
    ADD COLUMN brief jsonb NOT NULL GENERATED ALWAYS AS (brief_of(record)) STORED;
CREATE INDEX known_meetings_ends ON known_meetings (owner, ends);

DROP VIEW calendar;
-- What a read shows: since when it is so, and how full it is as far as this instance knows. A
-- process of a version before, which may run beside this one in an upgrade, reads `said_at`.
CREATE VIEW calendar AS
SELECT known.*, known.as_of AS said_at, known_seats.seats, known_seats.seated, known_seats.waiting
FROM known_meetings AS known
LEFT JOIN known_seats ON known_seats.meeting_id = known.id AND known_seats.owner = known.owner;
