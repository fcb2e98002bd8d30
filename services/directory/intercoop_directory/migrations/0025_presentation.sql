-- What the owner says of itself on every page, one row; its logo, which is served from here; and the
-- steps of the first run that somebody has gone through.
CREATE TABLE logos (
    name text PRIMARY KEY CHECK (name ~ '^[0-9a-f]{32}\.(png|jpg)$'),
    media_type text NOT NULL CHECK (media_type IN ('image/png', 'image/jpeg')),
    content bytea NOT NULL CHECK (octet_length(content) <= 200000)
);

CREATE TABLE presentation (
    is_only boolean PRIMARY KEY DEFAULT true CHECK (is_only),
    version bigint NOT NULL CHECK (version > 0),
    name text NOT NULL CHECK (name <> '' AND length(name) <= 80),
    light text CHECK (light ~ '^#[0-9a-f]{6}$'),
    dark text CHECK (dark ~ '^#[0-9a-f]{6}$'),
    logo text REFERENCES logos,
    help_contact text NOT NULL CHECK (length(help_contact) <= 300),
    privacy_contact text NOT NULL CHECK (length(privacy_contact) <= 300),
    legal_notice text NOT NULL CHECK (length(legal_notice) <= 4000),
    CHECK ((light IS NULL) = (dark IS NULL))
);

CREATE TABLE passed_steps (
    step text PRIMARY KEY,
    passed_at timestamptz NOT NULL
);
