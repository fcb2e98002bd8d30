-- How many work there, for the filter and its counts; and how each owner calls itself: its own organisation.
ALTER TABLE known_organisations
    ADD COLUMN headcount int GENERATED ALWAYS AS ((record ->> 'headcount')::int) STORED;

CREATE INDEX known_organisations_owners ON known_organisations (owner, id)
    WHERE kind IN ('union', 'federation');

-- What was said of an organisation before its last change, so that this can be undone.
CREATE TABLE previous_records (
    organisation_id uuid PRIMARY KEY,
    version bigint NOT NULL CHECK (version > 0), -- of the record that is kept here
    record jsonb NOT NULL
);
