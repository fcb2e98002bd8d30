"""How a relay session ends, by what ended it."""

from typing import Final

import asyncpg
from aiokafka.errors import KafkaError, ProducerFenced

from intercoop_chassis.postgres import is_transient
from intercoop_chassis.relay.ahead import AheadError
from intercoop_chassis.relay.batches import NotFencedError
from intercoop_chassis.relay.messages import MissingKeyringError
from intercoop_chassis.relay.rounds import DeniedError, RefusedError, TopicCutError


class ClusterChangedError(Exception):
    """The broker came back as another cluster: the session starts anew."""


class OtherDatabaseError(Exception):
    """The database holds other marks than the relay has kept there: a session begins anew."""


_ENDS: Final[tuple[tuple[str, tuple[type[Exception], ...]], ...]] = (
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
    ("database", (asyncpg.PostgresError,)),
)
MAYBE_TOO_MUCH: Final = frozenset({"broker", "timeout", "database"})
"""Ends of a round that could have been too large for what time there is."""


def end_of(error: BaseException) -> str | None:
    """Name how a session ended; None for what is a bug and must stay loud."""
    if isinstance(error.__context__, ProducerFenced):
        return "fenced"
    for end, kinds in _ENDS:
        if isinstance(error, kinds):
            return end
    return "database" if is_transient(error) else None
