"""Owners by tag: the first one with a tag keeps it, and a second one is not read."""

from collections.abc import Iterable
from typing import Final

import structlog

from intercoop_chassis.consumer.backoff import Backoff
from intercoop_chassis.postgres import Database, Transaction
from intercoop_chassis.wire.records import Admission, Admitted, RefusedRecord
from intercoop_contracts.ids import owner_tag
from intercoop_contracts.streams import owner_of

KEEP: Final = """
INSERT INTO owner_tags (tag, owner)
SELECT tag, owner FROM unnest($1::bigint[], $2::text[]) AS new (tag, owner)
ORDER BY tag, owner ON CONFLICT DO NOTHING
"""
KNOWN: Final = "SELECT owner FROM owner_tags WHERE owner = ANY ($1::text[])"
FREE: Final = "DELETE FROM owner_tags WHERE owner = $1"

log = structlog.get_logger()


class KnownOwners:
    """The owners whose ids this service's database takes for theirs; `own` before all others.

    A slug that has the tag of another can be searched for in minutes, and its ids would pass for
    those of the other: what a second owner with a known tag publishes is refused.
    """

    def __init__(self, own: str, db: Database, backoff: Backoff) -> None:
        self._own = own
        self._db = db
        self._backoff = backoff
        self._accepted = {own}
        self._refused: set[str] = set()

    async def refuse_twins(self, admission: Admission) -> Admission:
        """Refuse the records of owners whose tag is another's. Owners are looked up once."""
        topics = {each.record.topic for each in admission.admitted}
        owners = {topic: owner_of(topic) for topic in topics}
        strangers = set(owners.values()) - self._accepted - self._refused
        if strangers:
            await self._look_up(strangers)
        if self._refused.isdisjoint(owners.values()):
            return admission
        admitted: list[Admitted] = []
        refused = list(admission.refused)
        for each in admission.admitted:
            owner = owners[each.record.topic]
            if owner in self._refused:
                detail = f"{owner} has the tag of another owner; one of them needs another slug"
                refused.append(RefusedRecord.of(each.record, "tag", detail))
            else:
                admitted.append(each)
        return Admission(admitted, refused)

    async def _look_up(self, strangers: Iterable[str]) -> None:
        names = sorted(strangers)

        async def work() -> set[str]:
            async with self._db.transaction() as tx:
                return await settle_tags(self._own, names, tx)

        accepted = await self._backoff.retry(work)
        self._accepted |= accepted
        self._refused |= set(names) - accepted
        for owner in sorted(set(names) - accepted):
            log.error("owner_refused", owner=owner, tag=f"{owner_tag(owner):08x}")


async def settle_tags(own: str, owners: Iterable[str], tx: Transaction) -> set[str]:
    """Keep the tags of owners that are new, `own` before all; returns those who have theirs."""
    names = list(owners)
    await tx.execute(KEEP, [owner_tag(own)], [own])
    await tx.execute(KEEP, [owner_tag(name) for name in names], names)
    return {row["owner"] for row in await tx.fetch(KNOWN, names)}


async def free_tag(owner: str, tx: Transaction) -> None:
    """Forget whose this owner's tag is: nothing of it is read any more."""
    await tx.execute(FREE, owner)
