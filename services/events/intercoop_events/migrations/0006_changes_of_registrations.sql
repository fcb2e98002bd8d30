-- How often a registration has changed its state, and when it did last: a person's calendar tells
-- both, so that calendar programs see that who waited has a seat. Of those there are, it is not known.
ALTER TABLE registrations
    ADD COLUMN changes int NOT NULL DEFAULT 0,
    ADD COLUMN changed_at timestamptz;
