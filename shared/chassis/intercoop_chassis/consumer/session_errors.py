"""Errors that end a worker's session, and what an operator is told of them."""

from typing import Final

from aiokafka.errors import KafkaError

from intercoop_chassis.consumer.offsets import OffsetsLostError
from intercoop_chassis.kafka.reasons import in_words
from intercoop_chassis.postgres import is_transient
from intercoop_chassis.settings import Settings

_PASSING: Final = (KafkaError, OffsetsLostError)


class BrokenConsumerError(KafkaError):  # type: ignore[misc]  # aiokafka ships no types
    """A consumer met a fault that it does not recover from."""


def ends_session(error: Exception) -> bool:
    """Whether another session may succeed; anything else is a bug and must stay loud."""
    return is_transient(error) or isinstance(error, _PASSING)


async def explain(error: Exception, settings: Settings) -> str:
    """What an operator is told of an error that ends a session, or hinders it."""
    if isinstance(error, BrokenConsumerError):
        return f"records cannot be read ({error.__cause__!r}): another consumer begins"
    if isinstance(error, OffsetsLostError):
        return "the database was restored from a backup: it reads on from there"
    if isinstance(error, KafkaError):
        return await in_words(settings, error)
    return f"the database or the broker cannot be reached ({type(error).__name__})"
