-- Sign-in by a code that a mail carries. Of the address, of who asked and of the code only hashes
-- are kept; of whom the address is that of nobody `person_id` and `grants` are null, and no mail
-- leaves. A try to send the mail makes a code of its own, and each of them is good.
CREATE TABLE sign_ins (
    id uuid PRIMARY KEY,
    browser bytea NOT NULL CHECK (octet_length(browser) = 32),
    address bytea NOT NULL CHECK (octet_length(address) = 32),
    asker bytea NOT NULL CHECK (octet_length(asker) = 32),
    person_id uuid REFERENCES people ON DELETE CASCADE,
    grants text CHECK (grants IN ('staff', 'operator')),
    asked_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    codes bytea[] NOT NULL DEFAULT '{}',
    tries_left int NOT NULL CHECK (tries_left >= 0),
    is_over boolean NOT NULL DEFAULT false
);
CREATE INDEX sign_ins_browser ON sign_ins (browser) WHERE NOT is_over;
CREATE INDEX sign_ins_asked ON sign_ins (asked_at);
CREATE INDEX sign_ins_person ON sign_ins (person_id) WHERE person_id IS NOT NULL;

-- Whose an address is, and whether it is an organisation's.
CREATE INDEX contact_points_email ON contact_points (lower(value)) WHERE kind = 'email';
CREATE INDEX known_organisations_email
    ON known_organisations (lower(record #>> '{contact,email}'));
