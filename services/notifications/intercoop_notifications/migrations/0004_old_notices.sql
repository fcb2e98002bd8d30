-- Notices are kept for a while, then purged in batches, the oldest first; those whose mail has not
-- ended stay until it has.
CREATE INDEX notices_old ON notices (created_at) WHERE mail <> 'pending';
