"""Publishing once more: every entity of this owner, for a broker that lost its data."""

from intercoop_chassis.postgres import Transaction

REPUBLISH = "INSERT INTO outbox (topic, subject) SELECT topic, subject FROM published"
FORGET_REFUSALS = "DELETE FROM outbox WHERE refused IS NOT NULL"


async def republish(tx: Transaction) -> int:
    """Point the relay at everything ever published: same versions, same times.

    Followers ignore what they know. Returns how many entities.
    """
    await tx.execute(FORGET_REFUSALS)
    tag = await tx.execute(REPUBLISH)
    return int(tag.rpartition(" ")[2])
