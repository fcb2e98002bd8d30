-- People of this instance. Nobody else ever sees them; other services of the instance hear of them
-- on a private, sealed stream.

CREATE TABLE people (
    id uuid PRIMARY KEY,
    version bigint NOT NULL CHECK (version > 0),
    given_name text NOT NULL CHECK (given_name <> ''),
    family_name text NOT NULL CHECK (family_name <> ''),
    language text NOT NULL CHECK (language IN ('fr', 'en')),
    sort_name text COLLATE "C" NOT NULL
        GENERATED ALWAYS AS (fold(family_name || ' ' || given_name)) STORED
);
CREATE INDEX people_order ON people (sort_name, id);

-- No foreign key: the organisation may be another instance's.
CREATE TABLE mandates (
    person_id uuid NOT NULL REFERENCES people ON DELETE CASCADE,
    organisation_id uuid NOT NULL,
    role text NOT NULL
        CHECK (role IN ('associate', 'employee', 'elected', 'manager', 'adviser', 'board')),
    since date NOT NULL,
    until date CHECK (until > since),
    PRIMARY KEY (person_id, organisation_id, role, since)
);
CREATE INDEX mandates_organisation ON mandates (organisation_id);

CREATE TABLE contact_points (
    person_id uuid NOT NULL REFERENCES people ON DELETE CASCADE,
    place int NOT NULL,
    kind text NOT NULL CHECK (kind IN ('email', 'phone')),
    value text NOT NULL CHECK (value <> ''),
    PRIMARY KEY (person_id, place)
);

-- A person with everything that is said of them, as the private stream tells it.
CREATE VIEW person_records AS
SELECT person.id, person.version, person.sort_name, jsonb_build_object(
    'given_name', person.given_name,
    'family_name', person.family_name,
    'language', person.language,
    'mandates', ARRAY(
        SELECT to_jsonb(mandate) - 'person_id' FROM mandates AS mandate
        WHERE mandate.person_id = person.id
        ORDER BY since, role, organisation_id
    ),
    'contact_points', ARRAY(
        SELECT jsonb_build_object('kind', point.kind, 'value', point.value)
        FROM contact_points AS point WHERE point.person_id = person.id ORDER BY point.place
    )
) AS record
FROM people AS person;
