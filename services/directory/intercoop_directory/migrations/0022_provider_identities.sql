-- Who a person is to an OpenID provider, by its own name of them. It stands on the verified address
-- by which they came the first time, and goes with that: an address that was somebody else's leaves
-- nothing behind.
CREATE TABLE provider_identities (
    issuer text NOT NULL,
    subject text NOT NULL CHECK (length(subject) BETWEEN 1 AND 255),
    person_id uuid NOT NULL,
    address text NOT NULL,
    PRIMARY KEY (issuer, subject),
    FOREIGN KEY (person_id, address) REFERENCES verified_addresses ON DELETE CASCADE
);
CREATE INDEX provider_identities_person ON provider_identities (person_id, address);
