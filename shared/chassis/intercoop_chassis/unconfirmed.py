"""Whether the broker has what was published: until then nobody else can know of it."""

from typing import Any, Final

from intercoop_chassis.postgres import Transaction
from intercoop_contracts.streams import Stream

UNCONFIRMED: Final = "SELECT EXISTS (SELECT FROM outbox WHERE topic = $1 AND subject = $2)"


async def is_unconfirmed(stream: Stream[Any], subject: object, tx: Transaction) -> bool:
    """Whether the newest state of an own entity still waits here to leave.

    `stream` is of any view.
    """
    return bool(await tx.fetchval(UNCONFIRMED, stream.topic(tx.owner), str(subject)))
