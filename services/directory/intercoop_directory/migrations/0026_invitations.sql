-- Personal invitations. Of a link only the hash of its secret is kept; each try to send the mail has
-- a link of its own. At most one of a person is open: a newer one ends those before.
CREATE TABLE invitations (
    id uuid PRIMARY KEY,
    person_id uuid NOT NULL REFERENCES people ON DELETE CASCADE,
    address text NOT NULL CHECK (address <> ''),
    invited_at timestamptz NOT NULL,
    ended text CHECK (ended IN ('used', 'revoked', 'replaced'))
);
CREATE INDEX invitations_person ON invitations (person_id, invited_at);
CREATE UNIQUE INDEX one_open_invitation ON invitations (person_id) WHERE ended IS NULL;
CREATE INDEX invitations_old ON invitations (invited_at);

CREATE TABLE invitation_links (
    secret bytea PRIMARY KEY CHECK (octet_length(secret) = 32),
    invitation_id uuid NOT NULL REFERENCES invitations ON DELETE CASCADE
);
CREATE INDEX invitation_links_invitation ON invitation_links (invitation_id);
