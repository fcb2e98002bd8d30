-- What people of this instance hear of. Facts only: words are found when somebody reads.

-- How many notices a person was given. Its row is locked until the commit, so that a person's
-- notices become visible in the order of their places.
CREATE TABLE recipients (
    person_id uuid PRIMARY KEY,
    given bigint NOT NULL CHECK (given > 0)
);

CREATE TABLE notices (
    id uuid PRIMARY KEY,
    person_id uuid NOT NULL,
    place bigint NOT NULL,
    stream text NOT NULL,
    subject text NOT NULL,
    version bigint NOT NULL,
    kind text NOT NULL,
    topic text NOT NULL CHECK (topic IN ('meetings', 'advice')),
    facts jsonb NOT NULL,
    created_at timestamptz NOT NULL,
    read_at timestamptz,
    mail text NOT NULL CHECK (mail IN ('off', 'pending', 'done', 'failed', 'expired')),
    UNIQUE (person_id, place),
    CONSTRAINT each_change_once UNIQUE (stream, subject, version, person_id)
);
CREATE INDEX notices_unread ON notices (person_id, place) WHERE read_at IS NULL;
CREATE INDEX notices_unmailed ON notices (person_id) WHERE mail = 'pending';

-- What a person wants, by topic. Whoever has the token can turn its mails off, and nothing else.
CREATE TABLE preferences (
    person_id uuid NOT NULL,
    topic text NOT NULL CHECK (topic IN ('meetings', 'advice')),
    mail boolean NOT NULL DEFAULT true,
    token text NOT NULL UNIQUE,
    PRIMARY KEY (person_id, topic)
);

-- News for the holders of a mandate that nobody holds yet; of each subject the newest.
CREATE TABLE undelivered (
    id uuid NOT NULL UNIQUE,
    stream text NOT NULL,
    subject text NOT NULL,
    version bigint NOT NULL,
    kind text NOT NULL,
    organisation_id uuid NOT NULL,
    roles text[] NOT NULL CHECK (roles <> '{}'),
    facts jsonb NOT NULL,
    created_at timestamptz NOT NULL,
    deadline timestamptz NOT NULL,
    PRIMARY KEY (stream, subject)
);
CREATE INDEX undelivered_organisation ON undelivered (organisation_id);

-- Who may be told in the name of an organisation, as the directory says.
CREATE TABLE mandates (
    person_id uuid NOT NULL,
    organisation_id uuid NOT NULL,
    role text NOT NULL,
    since date NOT NULL,
    until date,
    PRIMARY KEY (person_id, organisation_id, role, since)
);
CREATE INDEX mandates_organisation ON mandates (organisation_id);
