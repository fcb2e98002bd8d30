"""What a round is told by the broker that it cannot mend: refused, denied, or a topic made anew."""

from collections.abc import Iterable, Sequence
from typing import Final

from aiokafka import TopicPartition
from aiokafka.errors import (
    MessageSizeTooLargeError,
    RecordListTooLargeError,
    TopicAuthorizationFailedError,
)

from intercoop_chassis.kafka.patches.denied_topics import denied_topics
from intercoop_chassis.relay.batches import Batch
from intercoop_chassis.relay.outbox import RefusedRows

_TOO_LARGE: Final = (MessageSizeTooLargeError, RecordListTooLargeError)


class RefusedError(Exception):
    """A round failed because of rows that cannot be sent as they are; they are set aside.

    The session ends with it: an idempotent producer's batches carry sequence numbers, and the
    broker refuses all that come behind a missing one (`OutOfOrderSequenceNumber`).
    """

    def __init__(self, refused: RefusedRows) -> None:
        super().__init__(f"{refused.topic}: {refused.reason}")
        self.refused = refused


class DeniedError(Exception):
    """A round failed because this service may not write to some topics; nothing is set aside."""

    def __init__(self, topics: frozenset[str]) -> None:
        super().__init__(f"not allowed to write to {', '.join(sorted(topics))}")
        self.topics = topics


class TopicCutError(Exception):
    """Partitions took records below their end offset: their topic was deleted and made again."""

    def __init__(self, partitions: Iterable[TopicPartition]) -> None:
        self.partitions = frozenset(partitions)
        topics = sorted({partition.topic for partition in self.partitions})
        super().__init__(f"{', '.join(topics)}: made again, and to be filled again")


def why_not_delivered(
    failed: Sequence[tuple[Batch, BaseException]], one_by_one: set[str]
) -> BaseException:
    """The reason that ends the round; a batch that was too large is noted in `one_by_one`.

    The first reason that says something decides: batches behind a refused one fail only because of
    the gap in the sequence.
    """
    for batch, error in failed:
        if isinstance(error, TopicAuthorizationFailedError):
            return DeniedError(denied_topics(error))
        if isinstance(error, _TOO_LARGE) and len(batch.subjects) > 1:
            one_by_one.add(batch.topic)
            return RefusedError(RefusedRows(batch.topic, (), "sent again one by one"))
        if isinstance(error, _TOO_LARGE):
            reason = "the broker's limit (message.max.bytes) is below this view's size"
            return RefusedError(RefusedRows(batch.topic, batch.subjects, reason))
    return failed[0][1]
