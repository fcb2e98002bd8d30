-- Every name and every code that a commune had, and the commune it is today: one code had several
-- names, and a commune that was renamed has its code still. `former_communes` has one name a code; a
-- process of the version before reads it while both run, a later version drops it.
CREATE TABLE former_names (
    code text NOT NULL CHECK (code ~ '^[0-9][0-9AB][0-9]{3}$'),
    name text NOT NULL,
    name_key text NOT NULL,
    successor text NOT NULL,
    PRIMARY KEY (code, name_key)
);
CREATE INDEX former_names_exact ON former_names (name_key);
CREATE INDEX former_names_alike ON former_names USING gin (name_key gin_trgm_ops);

INSERT INTO former_names SELECT code, name, name_key, successor FROM former_communes;
