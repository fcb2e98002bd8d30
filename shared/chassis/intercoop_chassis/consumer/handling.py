"""Handling a poll: applied where it follows on the stored offsets, otherwise read again."""

import asyncio

from intercoop_chassis.consumer import offsets
from intercoop_chassis.consumer.apply import Applier
from intercoop_chassis.consumer.assignment import Assignment
from intercoop_chassis.consumer.phases import Phase
from intercoop_chassis.consumer.retries import Retries
from intercoop_chassis.failpoints import Step, reach
from intercoop_chassis.kafka.records import KafkaRecords

_HANDED_BACK_S = 2.0


class PollHandler:
    """Applies the polls of one assignment."""

    def __init__(self, assignment: Assignment, applier: Applier, retries: Retries) -> None:
        self._assignment = assignment
        self._applier = applier
        self._retries = retries

    async def handle(self, records: KafkaRecords) -> None:
        """Apply a poll, or drop it and go to where it has to be read again."""
        async with self._assignment.working:
            if self._assignment.phase is not Phase.FOLLOWING:
                await self._seek()
            elif await self._apply(records):
                self._retries.wake()

    async def _seek(self) -> None:
        """Go to the stored offsets. While they cannot be read, polling slows down."""
        try:
            await self._assignment.seek_now()
        except Exception:
            await asyncio.sleep(_HANDED_BACK_S)
            raise

    async def _apply(self, records: KafkaRecords) -> bool:
        """Apply a poll; returns whether a parked change may go on. A poll that fails is read again.

        Where another member has stored higher offsets, this one was too slow: the poll is dropped.
        """
        assignment = self._assignment
        reach(Step.WORKER_POLLED)
        try:
            woken = await self._applier.apply(
                records, assignment.stored, lambda: assignment.phase.is_settled
            )
        except offsets.OffsetsTakenError as error:
            await assignment.taken(error)
            return False
        except offsets.OffsetsLostError:
            assignment.restored()
            raise
        except Exception as error:
            assignment.handed_back(error, len(records))
            await asyncio.sleep(_HANDED_BACK_S)  # it comes again within a second
            raise
        reach(Step.WORKER_APPLIED)
        return woken
