"""Triggers in every follower's database: what was applied, and when a version goes back."""

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

CREATE TABLE IF NOT EXISTS effects (count bigint);
CREATE OR REPLACE FUNCTION count_first_effects() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
    INSERT INTO effects SELECT count(*) FROM now_known WHERE applied > 0 HAVING count(*) > 0;
    RETURN NULL;
END $$;
CREATE OR REPLACE FUNCTION count_further_effects() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
    INSERT INTO effects SELECT count(*) FROM now_known JOIN was_known USING (topic, subject)
    WHERE now_known.applied > was_known.applied HAVING count(*) > 0;
    RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER count_first_effects AFTER INSERT ON replica
REFERENCING NEW TABLE AS now_known FOR EACH STATEMENT EXECUTE FUNCTION count_first_effects();
CREATE OR REPLACE TRIGGER count_further_effects AFTER UPDATE ON replica
REFERENCING OLD TABLE AS was_known NEW TABLE AS now_known
FOR EACH STATEMENT EXECUTE FUNCTION count_further_effects();
"""
"""A follower that goes back to an older version is caught in the act. An effect is a change that a
follower applied and committed; those before a backup that was restored are as the backup has them."""

EFFECTS: Final = "SELECT coalesce(sum(count), 0)::bigint FROM effects"


async def watch(dsn: str) -> None:
    """Have a follower's database remember what was applied, and when a version goes back."""
    connection = await asyncpg.connect(dsn)
    await connection.execute(WATCH)
    await connection.close()


async def effects(dsn: str) -> int:
    """How many changes were applied in a follower's database, as far as it remembers."""
    connection = await asyncpg.connect(dsn)
    try:
        return int(await connection.fetchval(EFFECTS))
    finally:
        await connection.close()
