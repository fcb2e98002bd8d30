"""FastStream's batch subscriber, whose polls wait for records alone, and skip and commit none."""

import asyncio
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass
from itertools import chain
from typing import Protocol, cast

from aiokafka import AIOKafkaConsumer
from aiokafka.errors import (
    ConsumerStoppedError,
    GroupAuthorizationFailedError,
    KafkaError,
    TopicAuthorizationFailedError,
)
from faststream.kafka.message import KafkaAckableMessage, KafkaMessage
from faststream.kafka.subscriber.usecase import BatchSubscriber
from faststream.message import StreamMessage

from intercoop_chassis.kafka.patches.consumers import raise_fetch_error
from intercoop_chassis.kafka.patches.denied_topics import denied_topics
from intercoop_chassis.kafka.records import KafkaRecords

_TOO_SOON_S = 0.002
_BREATH_S = 0.02
_REPLACED_WITHIN_S = 1.0


class Denials(Protocol):
    """What is done about topics, and about the group, that the broker does not allow."""

    def try_again(self, consumer: AIOKafkaConsumer) -> None: ...

    def topics(self, consumer: AIOKafkaConsumer, topics: Collection[str]) -> None: ...

    async def group(self) -> None: ...


@dataclass(frozen=True, slots=True)
class PollListeners:
    """Callbacks of polls.

    `polled` is called with each poll that returns, before its handler; `failed` after one that
    raised and may have gone past records, with the error, and whether the consumer has to be
    replaced.
    """

    denials: Denials
    polled: Callable[[], None]
    failed: Callable[[Exception, bool], None]


class PollingSubscriber(BatchSubscriber):
    """Waits for records in the poll alone, and outlives what a poll may raise.

    FastStream's `get_msg` sleeps for `batch_timeout_ms` again after an empty poll, deaf to what
    comes meanwhile: short polls cost an idle process its rest, long ones cost the first record its
    freshness. After an error it sleeps for five seconds, so that one topic that may not be read
    would stop all others each time it is tried.

    An error that aiokafka did not expect ends its consumer's membership for good, and each poll
    raises it again: such a consumer is replaced.

    Upstream: none known.
    """

    listeners: PollListeners

    async def get_msg(self, consumer: AIOKafkaConsumer) -> KafkaRecords:
        denials = self.listeners.denials
        denials.try_again(consumer)
        try:
            return await self._poll(consumer)
        except TopicAuthorizationFailedError as error:
            denials.topics(consumer, denied_topics(error))
        except GroupAuthorizationFailedError:
            await denials.group()
        except ConsumerStoppedError:
            raise
        except Exception as error:
            for_good = not isinstance(error, KafkaError) or type(error) is KafkaError
            self.listeners.failed(error, for_good)
            if not for_good:
                raise
            await asyncio.sleep(_REPLACED_WITHIN_S)
        return ()

    async def _poll(self, consumer: AIOKafkaConsumer) -> KafkaRecords:
        began = time.monotonic()
        raise_fetch_error(consumer)
        found = await consumer.getmany(
            timeout_ms=self.batch_timeout_ms, max_records=self.max_records
        )
        self.listeners.polled()
        if not found and time.monotonic() - began < _TOO_SOON_S:
            await asyncio.sleep(_BREATH_S)  # it is closing
        return tuple(chain(*found.values()))


def listen_to_polls(subscriber: BatchSubscriber, listeners: PollListeners) -> PollingSubscriber:
    """Make a subscriber of FastStream poll as `PollingSubscriber` does.

    FastStream makes its subscribers by itself, and takes no class of ours.
    """
    subscriber.__class__ = PollingSubscriber
    polling = cast("PollingSubscriber", subscriber)  # mypy does not follow `__class__`
    polling.listeners = listeners
    return polling


class WholePolls:
    """A parser that hands a poll on as it came, and that no record can make raise.

    FastStream's parser decodes the value of each header: a null one, or one that is no UTF-8,
    makes it raise, and the subscriber goes on behind the poll.

    Upstream: ag2ai/faststream#2458, open (of its other Kafka client, which does the same).
    """

    def __init__(self) -> None:
        self.subscriber: BatchSubscriber | None = None

    async def __call__(self, records: KafkaRecords) -> StreamMessage[KafkaRecords]:
        consumer = self.subscriber.consumer if self.subscriber else None
        if consumer is None:
            raise ConsumerStoppedError
        return PolledMessage(raw_message=records, body=b"", consumer=consumer)


class PolledMessage(KafkaAckableMessage):
    """A poll whose acknowledgement neither commits to the broker nor seeks.

    FastStream's `ack` commits every assigned partition and waits for that, poll by poll. Its `nack`
    seeks to where the failed batch began, also when the handler has sought elsewhere meanwhile.
    Offsets are stored in the service's database, and only those say where to read.

    Upstream: none known; it is what FastStream documents.
    """

    async def ack(self) -> None:
        await KafkaMessage.ack(self)

    async def nack(self) -> None:
        await KafkaMessage.nack(self)


async def whole_poll(message: StreamMessage[KafkaRecords]) -> KafkaRecords:
    """A decoder that leaves decoding to the handler."""
    return message.raw_message
