-- Up to where each own topic holds what this database has published: the offset after the last
-- state event that the broker has confirmed. What lies behind it was written by a later state of
-- this database than the one it was restored from.
CREATE TABLE relayed (
    cluster text NOT NULL,
    topic text NOT NULL,
    partition int NOT NULL,
    next_offset bigint NOT NULL,
    PRIMARY KEY (cluster, topic, partition)
);
