"""A Kafka cluster: who it is, and the topics this service needs there."""

import asyncio
from collections.abc import Iterable
from types import TracebackType
from typing import Self

import structlog
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import (
    ClusterAuthorizationFailedError,
    TopicAlreadyExistsError,
    TopicAuthorizationFailedError,
    for_code,
)

from intercoop_chassis.kafka.connection import connection_arguments
from intercoop_chassis.settings import Settings
from intercoop_contracts.topics import topic_settings

_REQUEST_TIMEOUT_MS = 10_000

log = structlog.get_logger()


class MissingTopicError(Exception):
    """A topic is not there and may not be created by this service; the text names it."""


class Cluster:
    """An admin connection to the cluster, opened by `async with`."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._admin = AIOKafkaAdminClient(
            **connection_arguments(settings), request_timeout_ms=_REQUEST_TIMEOUT_MS
        )

    async def __aenter__(self) -> Self:
        try:
            await asyncio.wait_for(self._admin.start(), _REQUEST_TIMEOUT_MS / 1000)
        except BaseException:
            await self._admin.close()
            raise
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await asyncio.wait_for(self._admin.close(), 2)

    async def identify(self) -> str:
        """The id the cluster was formatted with: another id means that its data is another's."""
        answer = await asyncio.wait_for(self._admin.describe_cluster(), _REQUEST_TIMEOUT_MS / 1000)
        return str(answer["cluster_id"])

    async def ensure_topics(self, topics: Iterable[str]) -> None:
        """Create those that are missing. Raises `MissingTopicError` where that is not allowed."""
        missing = sorted(set(topics) - set(await self._admin.list_topics()))
        if not missing:
            return
        if not self._settings.create_topics:
            raise MissingTopicError(
                f"topics are missing: {', '.join(missing)}. Ask the cluster's operator to create "
                "them, or set INTERCOOP_CREATE_TOPICS=true where this service may"
            )
        answer = await self._admin.create_topics([self._new(topic) for topic in missing])
        for topic, code, *_ in answer.topic_errors:
            self._check(topic, for_code(code))
        log.info("topics_created", topics=missing)

    def _new(self, topic: str) -> NewTopic:
        return NewTopic(
            topic,
            num_partitions=self._settings.topic_partitions,
            replication_factor=self._settings.topic_replication,
            topic_configs=topic_settings(topic),
        )

    @staticmethod
    def _check(topic: str, error: type[Exception]) -> None:
        if issubclass(error, ClusterAuthorizationFailedError | TopicAuthorizationFailedError):
            raise MissingTopicError(
                f"topic {topic} is missing and this service may not create it: "
                "ask the cluster's operator"
            )
        if issubclass(error, TopicAlreadyExistsError):
            return
        if getattr(error, "errno", 0) != 0:
            raise error(f"topic {topic} could not be created")
