CREATE TABLE shelf (id uuid PRIMARY KEY, name text NOT NULL, version int NOT NULL);
