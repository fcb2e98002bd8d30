-- When a worker of this service last had an answer of the cluster: what pages say of the network.
-- One row, which every worker of the service writes, every 15 s at most.
CREATE TABLE cluster_reached (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    reached_at timestamptz NOT NULL
);
