-- Ends of sessions are told with people's accounts: the table of them goes, and the timer that emptied it.
DROP TABLE ended_sessions;
DELETE FROM jobs WHERE kind = 'ended-sessions-purge';
