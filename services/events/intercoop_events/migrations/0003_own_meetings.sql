-- What is decided here about a meeting of this instance is kept with the meeting: how many seats it
-- has, and since when it is as it is. Until now the first was read from the count that is shown to
-- everybody, and the second from what was published.
ALTER TABLE known_meetings ADD COLUMN capacity int; -- null for other organisers'

UPDATE meetings SET
    as_of = coalesce(
        (
            SELECT published.occurred_at FROM published
            WHERE published.topic = 'shared.' || meetings.owner || '.meetings.v1'
                AND published.subject = meetings.id::text
        ),
        now()
    ),
    capacity = (
        SELECT known_seats.seats FROM known_seats
        WHERE known_seats.meeting_id = meetings.id AND known_seats.owner = meetings.owner
    );

ALTER TABLE meetings ADD CONSTRAINT capacity_is_decided
    CHECK (capacity IS NOT NULL AND capacity > 0);

DROP VIEW calendar;
ALTER TABLE known_meetings ALTER COLUMN as_of SET NOT NULL;

-- What a read shows: how full each is, as far as this instance knows.
CREATE VIEW calendar AS
SELECT known.*, known_seats.seats, known_seats.seated, known_seats.waiting
FROM known_meetings AS known
LEFT JOIN known_seats ON known_seats.meeting_id = known.id AND known_seats.owner = known.owner;
