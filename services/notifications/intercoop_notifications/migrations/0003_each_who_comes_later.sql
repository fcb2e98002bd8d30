-- Who was told, or had too much that day, of news that waited for the holders of a mandate: it stays
-- for those who come later, until its deadline or newer news.
CREATE TABLE undelivered_told (
    stream text NOT NULL,
    subject text NOT NULL,
    person_id uuid NOT NULL,
    PRIMARY KEY (stream, subject, person_id),
    FOREIGN KEY (stream, subject) REFERENCES undelivered ON DELETE CASCADE
);
CREATE INDEX undelivered_told_person ON undelivered_told (person_id);
