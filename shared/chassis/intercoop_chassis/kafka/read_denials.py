"""Topics and the group that may not be read: they wait, and are tried again beside all others."""

import asyncio
import time
from collections.abc import Collection

import structlog
from aiokafka import AIOKafkaConsumer

from intercoop_chassis.kafka.reasons import may_not_join, may_not_read

_PAUSE_S = 5.0
_TRIAL_S = 3.0
"""A fetch is answered within this time, also where nothing comes."""

log = structlog.get_logger()


class ReadDenials:
    """Topics and the group that the broker does not allow to `owner`, and since when.

    Their partitions are paused, and resumed for a trial every few seconds. `group_lost`: a consumer
    that was once refused its group (GROUP_AUTHORIZATION_FAILED) never joins it again, so that
    another one has to begin. Outlives the consumers.
    """

    def __init__(self, owner: str) -> None:
        self._owner = owner
        self._topics: dict[str, float] = {}
        self.group_lost = False
        self._group_until = 0.0

    @property
    def words(self) -> str | None:
        """What may not be read and what to do about it; None when all may."""
        if time.monotonic() < self._group_until:
            return may_not_join(self._owner)
        if not self._topics:
            return None
        topics = ", ".join(sorted(self._topics))
        return f"{topics}: {may_not_read(self._owner)}. Others are read; it is tried again"

    def topics(self, consumer: AIOKafkaConsumer, topics: Collection[str]) -> None:
        """Leave these topics alone for a while."""
        for topic in topics:
            if topic not in self._topics:
                log.warning("topic_not_allowed", topic=topic)
            self._topics[topic] = time.monotonic()
        assigned = consumer.assignment()
        consumer.pause(*(partition for partition in assigned if partition.topic in topics))

    async def group(self) -> None:
        """Wait; then the group is to be tried again by another consumer."""
        if time.monotonic() > self._group_until:
            log.warning("group_not_allowed", reason=may_not_join(self._owner))
        self._group_until = time.monotonic() + 2 * _PAUSE_S + _TRIAL_S
        await asyncio.sleep(_PAUSE_S)
        self.group_lost = True

    def try_again(self, consumer: AIOKafkaConsumer) -> None:
        """Read again what has waited long enough; forget what was read again without a refusal.

        A trial begins when this is called, however long nobody has polled.
        """
        now = time.monotonic()
        waiting = {topic for topic, since in self._topics.items() if now - since <= _PAUSE_S}
        due = [partition for partition in consumer.paused() if partition.topic not in waiting]
        if due:
            consumer.resume(*due)
            self._topics.update({partition.topic: now - _PAUSE_S for partition in due})
        for topic, since in list(self._topics.items()):
            if now - since > _PAUSE_S + _TRIAL_S:
                log.info("topic_allowed_again", topic=topic)
                del self._topics[topic]
