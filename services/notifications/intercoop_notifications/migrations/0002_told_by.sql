-- How much each person was told in a day because of one other owner: notices there were, and mails
-- that were wanted. What is above the limits of the settings was counted here and not given.
CREATE TABLE told_by (
    person_id uuid NOT NULL,
    owner text NOT NULL,
    day date NOT NULL, -- of Paris
    notices int NOT NULL CHECK (notices > 0),
    mails int NOT NULL CHECK (mails BETWEEN 0 AND notices),
    PRIMARY KEY (person_id, owner, day)
);
CREATE INDEX told_by_day ON told_by (day, owner);

-- A person's row is there, and locked, before it is known whether they are told anything.
ALTER TABLE recipients
    DROP CONSTRAINT recipients_given_check,
    ADD CONSTRAINT recipients_given_check CHECK (given >= 0);

-- Because of whom news waits: of one other owner so many for one co-operative, and no more.
ALTER TABLE undelivered ADD COLUMN caused_by text;
DROP INDEX undelivered_organisation;
CREATE INDEX undelivered_organisation ON undelivered (organisation_id, caused_by);
CREATE INDEX undelivered_deadline ON undelivered (deadline);
