-- Imports that staff go through step by step: a file's rows, what its columns were said to be, what was
-- corrected, and what came of each row. Kept for 30 days.
CREATE TABLE imports (
    id uuid PRIMARY KEY,
    file_name text NOT NULL CHECK (length(file_name) <= 200),
    digest bytea NOT NULL CHECK (octet_length(digest) = 32), -- SHA-256 of the file
    sent_by uuid NOT NULL, -- a person, who may have been erased since
    sent_at timestamptz NOT NULL,
    encoding text NOT NULL,
    separator text NOT NULL,
    headings text[] NOT NULL,
    columns text[] NOT NULL CHECK (cardinality(columns) = cardinality(headings)), -- '' is passed over
    revision int NOT NULL DEFAULT 1, -- rises with each choice and correction
    state text NOT NULL DEFAULT 'open'
        CHECK (state IN ('open', 'applying', 'stopped', 'applied', 'undone')),
    planned_revision int, -- of which its rows say what would come of them
    planned_on text, -- and of which state of the directory
    reached int NOT NULL DEFAULT 0, -- the last row that was applied by this run
    applied_by uuid,
    applied_at timestamptz,
    moved_at timestamptz -- when the run last came further
);
CREATE INDEX imports_order ON imports (sent_at, id);
CREATE INDEX imports_digest ON imports (digest);

CREATE TABLE import_rows (
    import_id uuid NOT NULL REFERENCES imports ON DELETE CASCADE,
    number int NOT NULL CHECK (number > 0), -- as the spreadsheet counts
    cells text[] NOT NULL,
    doubt text,
    doubt_at int NOT NULL DEFAULT 0,
    corrections jsonb NOT NULL DEFAULT '{}', -- by field
    corrected_by uuid,
    is_left_out boolean NOT NULL DEFAULT false,
    outcome text CHECK (outcome IN ('created', 'changed', 'unchanged', 'refused')),
    name text NOT NULL DEFAULT '',
    details jsonb NOT NULL DEFAULT '[]', -- what is wrong, or what changes
    is_done boolean NOT NULL DEFAULT false, -- the outcome has come
    is_undone boolean NOT NULL DEFAULT false,
    organisation_id uuid,
    version bigint, -- that it has left
    before jsonb, -- what was said before it
    PRIMARY KEY (import_id, number),
    CHECK (NOT is_done OR organisation_id IS NOT NULL)
);
