"""A trigger in every follower's database that remembers when a version goes back."""

from typing import Final

import asyncpg

WATCH: Final = """
CREATE TABLE IF NOT EXISTS watched (topic text, subject text, from_version bigint, to_version bigint);
CREATE OR REPLACE FUNCTION watch_versions() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
    INSERT INTO watched VALUES (OLD.topic, OLD.subject, OLD.applied, NEW.applied);
    RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER watch_versions BEFORE UPDATE ON replica
FOR EACH ROW WHEN (NEW.applied < OLD.applied) EXECUTE FUNCTION watch_versions();
"""
"""A follower that goes back to an older version is caught in the act."""


async def watch(dsn: str) -> None:
    """Have a follower's database remember when a version goes back."""
    connection = await asyncpg.connect(dsn)
    await connection.execute(WATCH)
    await connection.close()
