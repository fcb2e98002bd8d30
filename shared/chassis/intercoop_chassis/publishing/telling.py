"""Words to an owner: what is told to another instance, or to one's own, and who hears it there."""

from datetime import datetime
from enum import Enum
from typing import Any, Final, Generic, NamedTuple, TypeAlias
from uuid import UUID

from intercoop_contracts.streams import Ended, V


class Everybody(Enum):
    """The addressee of a broadcast: all who follow this owner, and its own instance."""

    EVERYBODY = "everybody"


EVERYBODY: Final = Everybody.EVERYBODY
Addressee: TypeAlias = str | Everybody
"""An owner's slug, or `EVERYBODY`."""


class Told(NamedTuple, Generic[V]):
    """What `sender` says that an entity of its own is `now`, whether it is this owner or another.

    There is no state before, no version and no news: who reacts is idempotent.
    """

    sender: str
    subject: str
    view: V | Ended
    now: datetime

    @property
    def id(self) -> UUID:
        """The subject of a stream whose entities are named by a UUID."""
        return UUID(self.subject)


AnyTold = Told[Any]  # Any: one registry serves streams of all views
