"""Lag: how far a member is behind its partitions' ends, here and in the broker's own displays."""

import asyncio

import structlog
from aiokafka import TopicPartition
from aiokafka.errors import KafkaError

from intercoop_chassis.consumer.assignment import Assignment
from intercoop_chassis.consumer.phases import Phase
from intercoop_chassis.kafka.patches.consumers import positions_of

_COMMIT_S = 2.0
_SILENT = frozenset({Phase.REBALANCING, Phase.RESTORED})

log = structlog.get_logger()


class Lag:
    """The lag of one assignment."""

    def __init__(self, assignment: Assignment) -> None:
        self._assignment = assignment
        self._committed: dict[TopicPartition, int] = {}

    async def commit_to_group(self) -> None:
        """Commit the stored offsets to the group, for displays of lag: nobody reads on from there.

        Not during a rebalance. The broker answers a connection's requests in their order, so that
        an OffsetCommit behind a JoinGroup is handled in the next generation, with the number of the
        last, and refused (ILLEGAL_GENERATION or REBALANCE_IN_PROGRESS). aiokafka then rejoins,
        which makes all other members rejoin, in the middle of which the same happens again: for
        ever.
        """
        consumer = self._assignment.consumer
        if consumer is None or self._assignment.phase in _SILENT:
            return
        known = self._assignment.stored.known
        stored = {partition: known.get(partition, 0) for partition in consumer.assignment()}
        changed = {
            partition: offset
            for partition, offset in stored.items()
            if offset != self._committed.get(partition, 0)
        }
        if not changed:
            return
        try:
            await asyncio.wait_for(consumer.commit(changed), _COMMIT_S)
        except (KafkaError, TimeoutError) as error:
            log.info("lag_not_told", error=repr(error))
        else:
            self._committed.update(changed)

    def records(self) -> int:
        """Records in the assigned partitions that have not been read."""
        consumer = self._assignment.consumer
        if consumer is None:
            return 0
        positions = positions_of(consumer)
        if not self._assignment.phase.is_settled:  # what is polled now is not applied
            known = self._assignment.stored.known
            positions |= {each: known.get(each, 0) for each in consumer.assignment()}
        return sum(
            max(0, (consumer.highwater(partition) or 0) - offset)
            for partition, offset in positions.items()
        )
