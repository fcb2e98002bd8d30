-- What people may do here follows from their mandates: two more roles, in the instance's own
-- organisation alone, which is known by this one row.
ALTER TABLE mandates DROP CONSTRAINT mandates_role_check;
ALTER TABLE mandates ADD CONSTRAINT mandates_role_check CHECK (role IN (
    'associate', 'employee', 'elected', 'manager', 'adviser', 'board', 'staff', 'operator'
));

CREATE TABLE own_organisation (
    is_only boolean PRIMARY KEY DEFAULT true CHECK (is_only),
    organisation_id uuid NOT NULL
);

-- An account is a person who has signed in, or was invited to. It goes when the person does.
-- Sessions of a time before `sessions_from` have ended, whether they are listed or not.
CREATE TABLE accounts (
    person_id uuid PRIMARY KEY REFERENCES people ON DELETE CASCADE,
    sessions_from timestamptz
);

CREATE TABLE sessions (
    id uuid PRIMARY KEY,
    person_id uuid NOT NULL REFERENCES accounts ON DELETE CASCADE,
    opened_at timestamptz NOT NULL,
    way text NOT NULL CHECK (way IN ('mail-link', 'invitation', 'provider', 'persona')),
    device text NOT NULL CHECK (length(device) <= 200),
    ended_at timestamptz
);
CREATE INDEX sessions_person ON sessions (person_id, id);

-- Addresses by which somebody has signed in, in lower case.
CREATE TABLE verified_addresses (
    person_id uuid NOT NULL REFERENCES accounts ON DELETE CASCADE,
    address text NOT NULL CHECK (address = lower(address)),
    PRIMARY KEY (person_id, address)
);
