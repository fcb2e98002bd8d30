"""Applying a poll, from its records to their effects. `Applier.apply` is read from top to bottom.

Admit, fold; commit chunk after chunk in the order of locks; then park what is poison or beyond its
owner's limits, so that nobody waits for that. The last transaction stores the offsets.
"""

from collections.abc import Callable, Sequence

from intercoop_chassis import telemetry
from intercoop_chassis.consumer import offsets
from intercoop_chassis.consumer.addressing import of_concern
from intercoop_chassis.consumer.backoff import Backoff
from intercoop_chassis.consumer.committing import Committer, Poll
from intercoop_chassis.consumer.effects import Effects
from intercoop_chassis.consumer.folding import FoldedPoll, fold
from intercoop_chassis.consumer.limits.admission import part_excess
from intercoop_chassis.consumer.limits.usage import UsageByTopic
from intercoop_chassis.consumer.owners import KnownOwners
from intercoop_chassis.consumer.parking.bulk import BulkParking
from intercoop_chassis.consumer.parking.keeping import Unapplied
from intercoop_chassis.consumer.plausibility import refuse_implausible
from intercoop_chassis.consumer.reports import report_refused
from intercoop_chassis.failpoints import Step, reach
from intercoop_chassis.kafka.records import KafkaRecord
from intercoop_chassis.postgres import Database, Transaction
from intercoop_chassis.wire.reading import Reader
from intercoop_chassis.wire.records import StateEvent


class Applier:
    """Makes a poll's changes known in this service, with their effects and offsets."""

    def __init__(
        self, db: Database, reader: Reader, effects: Effects, backoff: Backoff, *, service: str
    ) -> None:
        self._service = service
        self._owners = KnownOwners(effects.horizon.owner, db, backoff)
        self._reader = reader
        self._effects = effects
        self._quotas = effects.quotas
        self._backoff = backoff
        self._parking = BulkParking(db, effects.horizon, effects.quotas, backoff)
        self._committer = Committer(db, effects, self._parking, backoff, service=service)

    async def apply(
        self,
        records: Sequence[KafkaRecord],
        stored: offsets.StoredOffsets,
        is_assigned: Callable[[], bool],
    ) -> bool:
        """Apply a poll, and store the offsets after it with its last chunk.

        It ends behind a transaction when its partitions are revoked. Returns whether a parked
        change may now go on. Raises what is transient when it lasts, and `OffsetsChangedError`
        where the database stores other offsets than it did, where it is another, and where the rest
        is another member's.
        """
        telemetry.RECEIVED.labels(self._service).inc(len(records))
        admission = await self._owners.refuse_twins(self._reader.admit(records))
        admission = await refuse_implausible(admission, self._backoff)
        report_refused(self._service, admission.refused)
        folded = fold(admission, self._reader)
        events, unapplied = await self._part(folded)
        offsets_after = offsets.after(records)

        async def store_offsets(tx: Transaction, added: UsageByTopic) -> None:
            await offsets.write(stored, offsets_after, tx, added)
            reach(Step.WORKER_OFFSETS_WRITTEN)

        poll = Poll(folded.records, is_assigned)
        at_commit = None if unapplied else store_offsets
        woken = await self._committer.commit(events, poll, at_commit)
        if unapplied:
            poll.expect_assigned()
            await self._parking.park(unapplied, store_offsets)
        stored.known.update(offsets_after)
        return woken

    async def _part(self, folded: FoldedPoll) -> tuple[Sequence[StateEvent], Sequence[Unapplied]]:
        """What may be applied; and what is to be parked: poison, and beyond its owner's limits.

        What is addressed to others is in neither.
        """
        events = await of_concern(
            folded.events, self._effects, self._backoff, service=self._service
        )
        parted = await part_excess(events, self._quotas, self._backoff)
        unapplied = [
            self._parking.unapplied(poison, poison.record, poison.obstacle)
            for poison in folded.poison
        ]
        unapplied += [
            self._parking.unapplied(event, folded.records[event.key], excess)
            for event, excess in parted.excess
        ]
        return parted.admitted, unapplied
