"""Applying a poll, from its records to their effects. `Applier.apply` is read from top to bottom.

Admit, fold, park what is poison or beyond its owner's limits; then commit chunk after chunk in the
order of locks, the last one with the offsets.
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
        events = await self._park_what_waits(folded)
        offsets_after = offsets.after(records)

        async def store_offsets(tx: Transaction, added: UsageByTopic) -> None:
            await offsets.write(stored, offsets_after, tx, added)
            reach(Step.WORKER_OFFSETS_WRITTEN)

        poll = Poll(folded.records, is_assigned)
        woken = await self._committer.commit(events, poll, store_offsets)
        stored.known.update(offsets_after)
        return woken

    async def _park_what_waits(self, folded: FoldedPoll) -> Sequence[StateEvent]:
        """Park poison and what is beyond its owner's limits; returns what may be applied.

        What is addressed to others is left out.
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
        await self._parking.park(unapplied)
        return parted.admitted
