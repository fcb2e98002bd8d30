CREATE TABLE known_things (
    owner text NOT NULL,
    subject text NOT NULL,
    version bigint NOT NULL,
    name text,
    PRIMARY KEY (owner, subject)
);

-- One row each time the reaction ran to its end.
CREATE TABLE told (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    stream text NOT NULL,
    subject text NOT NULL,
    version bigint NOT NULL,
    is_news boolean NOT NULL,
    name_before text,
    name_after text,
    correlation text,
    worker text NOT NULL DEFAULT current_setting('application_name')
);

CREATE TABLE mood (name text PRIMARY KEY, value text NOT NULL);
