"""Watching a session: whether its consumer reads, what hinders it, and how far it has come."""

import asyncio
import time
from collections.abc import Callable
from typing import Final

from aiokafka.errors import GroupAuthorizationFailedError, KafkaError

from intercoop_chassis import telemetry
from intercoop_chassis.consumer.assignment import Assignment
from intercoop_chassis.consumer.lag import Lag
from intercoop_chassis.consumer.offsets import OffsetsLostError
from intercoop_chassis.consumer.phases import Phase
from intercoop_chassis.consumer.reached import ClusterReached
from intercoop_chassis.consumer.session_errors import BrokenConsumerError, explain
from intercoop_chassis.health import Health
from intercoop_chassis.kafka.read_denials import ReadDenials
from intercoop_chassis.postgres import is_transient
from intercoop_chassis.settings import Settings
from intercoop_chassis.waiting import pause

LOOK_S: Final = 1.0
LOOK_AT_CLUSTER_S: Final = 5.0


class Watch:
    """Watches one session of a worker."""

    def __init__(
        self,
        settings: Settings,
        service: str,
        assignment: Assignment,
        denials: ReadDenials,
        reached: ClusterReached,
    ) -> None:
        self._settings = settings
        self._service = service
        self._assignment = assignment
        self._denials = denials
        self._reached = reached
        self._broken: Exception | None = None

    def poll_failed(self, error: Exception, for_good: bool) -> None:  # noqa: FBT001  a callback
        """A poll raised; `for_good` where each poll of this consumer will."""
        self._assignment.poll_failed(error)
        telemetry.PLACES_LOST.labels(self._service).inc()
        if for_good:
            self._broken = error

    async def run(
        self, check_retries: Callable[[], None], stop: asyncio.Event, health: Health
    ) -> None:
        """Look once a second until `stop`. Raises what ends the session."""
        name, lag, looked_at = f"{self._service}.worker", Lag(self._assignment), 0.0
        while not await pause(stop, LOOK_S):
            check_retries()
            self._need_consumer()
            at_cluster = time.monotonic() - looked_at > LOOK_AT_CLUSTER_S
            problem = await self._problem(at_cluster=at_cluster) or self._denials.words
            if problem:
                health.unwell(name, problem)
            elif at_cluster:
                health.well(name)
                looked_at = time.monotonic()
            telemetry.LAG.labels(self._service).set(lag.records())
            await lag.commit_to_group()
        await lag.commit_to_group()

    def _need_consumer(self) -> None:
        """Raise what ends the session when its consumer is of no more use."""
        if self._denials.group_lost:
            raise GroupAuthorizationFailedError
        if self._broken:
            raise BrokenConsumerError from self._broken
        if self._assignment.phase is Phase.RESTORED:
            raise OffsetsLostError

    async def _problem(self, *, at_cluster: bool) -> str | None:
        """Look whether something has changed; returns what hinders reading, in words."""
        try:
            await self._assignment.look(at_cluster=at_cluster)
            if at_cluster:
                await self._reached.note()
        except Exception as error:
            if not (is_transient(error) or isinstance(error, KafkaError)):
                raise
            return await explain(error, self._settings)
        unreadable = self._assignment.unreadable
        return f"records cannot be read ({unreadable})" if unreadable else None
