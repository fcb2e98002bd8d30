"""A Kafka cluster: its id, and the topics this service needs there."""

import asyncio
import time
from collections.abc import Collection, Iterable
from types import TracebackType
from typing import Self

import structlog
from aiokafka import TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import (
    ClusterAuthorizationFailedError,
    KafkaConnectionError,
    TopicAlreadyExistsError,
    TopicAuthorizationFailedError,
    for_code,
)

from intercoop_chassis.kafka.connection import connection_arguments
from intercoop_chassis.kafka.patches.cancellations import answered_within, close_within
from intercoop_chassis.kafka.patches.metadata import cluster_id_of
from intercoop_chassis.kafka.reasons import NotLetInError, why_not_let_in
from intercoop_chassis.settings import Settings
from intercoop_contracts.topics import topic_settings

_REQUEST_TIMEOUT_MS = 5_000
"""aiokafka replaces a connection after this time-out: every time-out of ours is longer."""

_START_S = 10.0
_ANSWER_S = 8.0
_ASKED_S = 20.0
_CLOSE_S = 2.0
_HEARD_WITHIN_S = 2.0
_HEARD_LOOK_S = 0.02
_MISSING = (
    "missing, or this service may not see it: ask the cluster's operator to create it "
    "(intercoop-network apply), or set INTERCOOP_CREATE_TOPICS=true where this service may"
)
_NOT_ALLOWED = "missing, and this service may not create it: ask the cluster's operator"

log = structlog.get_logger()


class Cluster:
    """An admin connection to the cluster, opened by `async with`."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._admin = AIOKafkaAdminClient(
            **connection_arguments(settings), request_timeout_ms=_REQUEST_TIMEOUT_MS
        )
        self.created: set[str] = set()
        """Topics that were made by this connection, or by another one at the same moment."""

    async def __aenter__(self) -> Self:
        try:
            await answered_within(_START_S, self._admin.start())
        except KafkaConnectionError as error:
            await close_within(_CLOSE_S, self._admin.close())
            reason = await why_not_let_in(self._settings)
            raise NotLetInError(reason) if reason else error from error
        except BaseException:
            await close_within(_CLOSE_S, self._admin.close())
            raise
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await close_within(_CLOSE_S, self._admin.close())

    async def identify(self) -> str:
        """The id the cluster was formatted with: another id means that its data is another's."""
        return await answered_within(_ANSWER_S, cluster_id_of(self._admin))

    async def ensure_topics(self, topics: Iterable[str]) -> dict[str, str]:
        """Create those that are missing; returns each that is missing still, with the reason."""
        missing = sorted(set(topics) - set(await self.topics()))
        if not missing:
            return {}
        if not self._settings.create_topics:
            return dict.fromkeys(missing, _MISSING)
        creating = self._admin.create_topics([self._new(topic) for topic in missing])
        answer = await answered_within(_ASKED_S, creating)
        refused = {
            topic: _NOT_ALLOWED
            for topic, code, *_ in answer.topic_errors
            if self._is_refused(topic, for_code(code))
        }
        created = [topic for topic in missing if topic not in refused]
        self.created.update(created)
        log.info("topics_created", topics=created)
        return refused

    async def topics(self) -> list[str]:
        """The topics that this service may see."""
        return sorted(await answered_within(_ASKED_S, self._admin.list_topics()))

    async def partitions(self, topics: Iterable[str]) -> list[TopicPartition]:
        """The partitions of these topics, of those that exist."""
        describing = self._admin.describe_topics(sorted(topics))
        described = await answered_within(_ASKED_S, describing)
        return [
            TopicPartition(topic["topic"], partition["partition"])
            for topic in described
            for partition in topic["partitions"]
        ]

    async def every_partition(self, topics: Collection[str]) -> list[TopicPartition]:
        """The partitions of topics that are there, be they new.

        Metadata reach the brokers of a cluster one by one, some milliseconds after the answer to
        CreateTopics. A topic that may not be seen is waited for in vain, for two seconds, and left
        out.
        """
        give_up = time.monotonic() + _HEARD_WITHIN_S
        while True:
            found = await self.partitions(topics)
            if {partition.topic for partition in found} >= set(
                topics
            ) or time.monotonic() > give_up:
                return found
            await asyncio.sleep(_HEARD_LOOK_S)

    def _new(self, topic: str) -> NewTopic:
        return NewTopic(
            topic,
            num_partitions=self._settings.topic_partitions,
            replication_factor=self._settings.topic_replication,
            topic_configs=topic_settings(topic),
        )

    @staticmethod
    def _is_refused(topic: str, error: type[Exception]) -> bool:
        """Whether this service may not create it. Raises what else went wrong."""
        if issubclass(error, ClusterAuthorizationFailedError | TopicAuthorizationFailedError):
            return True
        if getattr(error, "errno", 0) != 0 and not issubclass(error, TopicAlreadyExistsError):
            raise error(f"topic {topic} could not be created")
        return False
