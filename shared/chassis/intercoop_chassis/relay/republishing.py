"""Republishing: pointers at what was published, for a broker that lost its data."""

from collections.abc import Sequence

from intercoop_chassis.postgres import TAKE_YOUR_TIME, Connection, Transaction, affected_rows

REPUBLISH = "INSERT INTO outbox (topic, subject) SELECT topic, subject FROM published"
FORGET_REFUSALS = "DELETE FROM outbox WHERE refused IS NOT NULL"
POINT_AT_SOME = """
WITH chunk AS (
    SELECT topic, subject FROM published
    WHERE (topic, subject) > ($1, $2) AND ($3::text[] IS NULL OR topic = ANY ($3))
    ORDER BY topic, subject LIMIT $4
), pointed AS (
    INSERT INTO outbox (topic, subject) SELECT topic, subject FROM chunk
)
SELECT topic, subject FROM chunk ORDER BY topic DESC, subject DESC LIMIT 1
"""
AT_ONCE = 100_000
"""Pointers a statement: however much was published, none takes longer than one may."""


async def republish(tx: Transaction) -> int:
    """Point the relay at everything ever published: same versions, same times.

    Followers ignore what they know. Returns how many entities.
    """
    await tx.execute(FORGET_REFUSALS)
    tag = await tx.execute(REPUBLISH)
    return affected_rows(tag)


async def point_at_all(connection: Connection, topics: Sequence[str] | None = None) -> None:
    """Point at everything that was published in these topics, or in all."""
    await connection.execute(TAKE_YOUR_TIME)
    topic = subject = ""
    while some := await connection.fetchrow(POINT_AT_SOME, topic, subject, topics, AT_ONCE):
        topic, subject = some["topic"], some["subject"]
