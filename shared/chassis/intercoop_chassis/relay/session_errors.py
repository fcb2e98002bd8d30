"""How a relay session ends, by the error that ended it, and in words for an operator."""

from typing import Final

from aiokafka.errors import KafkaError, ProducerFenced

from intercoop_chassis.kafka.reasons import in_words
from intercoop_chassis.postgres import PostgresError, is_transient
from intercoop_chassis.relay.ahead import AheadError
from intercoop_chassis.relay.batches import NotFencedError
from intercoop_chassis.relay.delivery_errors import DeniedError, RefusedError, TopicCutError
from intercoop_chassis.relay.messages import MissingKeyringError
from intercoop_chassis.settings import Settings


class ClusterChangedError(Exception):
    """The broker came back as another cluster: the session starts anew."""


class OtherDatabaseError(Exception):
    """The database holds other watermarks than the relay has stored: a session begins anew."""


_KINDS: Final[tuple[tuple[str, tuple[type[Exception], ...]], ...]] = (
    ("fenced", (ProducerFenced,)),
    ("refused", (RefusedError,)),
    ("cluster_changed", (ClusterChangedError,)),
    ("denied", (DeniedError,)),
    ("not_fenced", (NotFencedError,)),
    ("ahead", (AheadError,)),
    ("topic_cut", (TopicCutError,)),
    ("other_database", (OtherDatabaseError,)),
    ("not_set_up", (MissingKeyringError,)),
    ("broker", (KafkaError,)),
    ("timeout", (TimeoutError,)),
    ("database", (PostgresError,)),
)
MAYBE_TOO_MUCH: Final = frozenset({"broker", "timeout", "database"})
"""Kinds of a round that could have been too large for what time there is."""


def kind_of(error: BaseException) -> str | None:
    """Name how a session ended; None for what is a bug and must stay loud."""
    if isinstance(error.__context__, ProducerFenced):
        return "fenced"
    for kind, classes in _KINDS:
        if isinstance(error, classes):
            return kind
    return "database" if is_transient(error) else None


async def explain(kind: str, error: Exception, settings: Settings) -> str:
    """What an operator is told of an error of this kind."""
    match kind:
        case "broker":
            return f"{await in_words(settings, error)}; changes wait in the outbox"
        case "timeout":
            return "the broker or the database did not answer in time; changes wait in the outbox"
        case "not_fenced":
            return f"{error} is written to for the first time: the relay begins again"
        case "database":
            return f"the database cannot be used ({type(error).__name__})"
        case _:
            return str(error)
