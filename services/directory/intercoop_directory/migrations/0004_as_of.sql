-- Since when an organisation is as it is stands in its row, for this instance's own as for the
-- network's. A read took it from the chassis' `published` before, which has the same time.

UPDATE organisations SET as_of = coalesce(
    (
        SELECT published.occurred_at FROM published
        WHERE published.subject = organisations.id::text
            AND published.topic = 'shared.' || organisations.owner || '.organisations.v1'
    ),
    now()
);
ALTER TABLE known_organisations
    ALTER COLUMN as_of SET NOT NULL,
    DROP CONSTRAINT known_organisations_check; -- said the same of the network's rows alone
-- A process of the version before may run beside this one in an upgrade, and names no time.
ALTER TABLE organisations ALTER COLUMN as_of SET DEFAULT now();

-- What a read shows beside the row itself: since when it is so, and who else publishes its SIREN.
-- An organisation that left is no rival of the one that took it over.
CREATE OR REPLACE VIEW directory AS
SELECT
    known.*,
    known.as_of AS said_at,
    ARRAY(
        SELECT DISTINCT rival.owner FROM known_organisations AS rival
        WHERE rival.siren = known.siren AND rival.owner <> known.owner
            AND rival.left_on IS NULL AND known.left_on IS NULL
        ORDER BY rival.owner
    ) AS rivals
FROM known_organisations AS known;
