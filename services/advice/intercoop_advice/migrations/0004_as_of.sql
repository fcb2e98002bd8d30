-- Since when a request is as it is stands in its row, for this instance's own as for the network's.
-- A read took it from the chassis' `published` before, which has the same time.

UPDATE requests SET as_of = coalesce(
    (
        SELECT published.occurred_at FROM published
        WHERE published.subject = requests.id::text
            AND published.topic = 'shared.' || requests.owner || '.advice-requests.v1'
    ),
    asked_at
);
ALTER TABLE known_requests
    ALTER COLUMN as_of SET NOT NULL,
    DROP CONSTRAINT known_requests_check; -- said the same of the network's rows alone
-- A process of the version before may run beside this one in an upgrade, and names no time.
ALTER TABLE requests ALTER COLUMN as_of SET DEFAULT now();

CREATE OR REPLACE VIEW request_board AS
SELECT known.*, known.as_of AS said_at FROM known_requests AS known;
