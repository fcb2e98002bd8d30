-- Made-up people, of a network for trying out: shown as such, and removed together.
ALTER TABLE people ADD COLUMN is_sample boolean NOT NULL DEFAULT false;

CREATE OR REPLACE VIEW person_records AS
SELECT person.id, person.version, person.sort_name, jsonb_build_object(
    'given_name', person.given_name,
    'family_name', person.family_name,
    'language', person.language,
    'is_sample', person.is_sample,
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
