"""The phases of an assignment: whether what a consumer polls follows on what is stored."""

from enum import Enum, auto


class Event(Enum):
    """What happens to an assignment."""

    REVOKED = auto()
    """The group rebalances: its partitions were taken back."""
    ASSIGNED = auto()
    """The rebalance is over."""
    SOUGHT = auto()
    """The consumer was put at the stored offsets."""
    POLLED = auto()
    """A poll has returned: it begins where the consumer stood at this moment."""
    FAILED = auto()
    """A poll raised, or could not be applied: the consumer stands behind what was not applied."""
    RESTORED = auto()
    """The database is an older copy, or was made anew."""


class Phase(Enum):
    """Where an assignment is between two rebalances, and in them."""

    UNSETTLED = auto()
    """The consumer may stand anywhere: it has to seek before anything is applied."""
    SOUGHT = auto()
    """It has sought since the last poll returned. That poll is dropped: it began elsewhere, and to
    store its end would leave out what is between."""
    FOLLOWING = auto()
    """What was polled follows on the stored offsets, and is applied."""
    REBALANCING = auto()
    """Partitions are revoked and not assigned again: nothing is applied or committed."""
    RESTORED = auto()
    """The session has to end: whom this database follows is settled at the next one's beginning."""

    @property
    def is_settled(self) -> bool:
        """Whether the consumer stands at the stored offsets, or has polled from there."""
        return self in {Phase.SOUGHT, Phase.FOLLOWING}

    def after(self, event: Event) -> "Phase":
        """The phase that follows."""
        match self, event:
            case (Phase.RESTORED, _) | (_, Event.RESTORED):
                return Phase.RESTORED
            case _, Event.REVOKED:
                return Phase.REBALANCING
            case _, Event.ASSIGNED:
                return Phase.UNSETTLED
            case Phase.REBALANCING, _:
                return Phase.REBALANCING
            case _:
                return self._between_rebalances(event)

    def _between_rebalances(self, event: Event) -> "Phase":
        match event:
            case Event.SOUGHT:
                return Phase.SOUGHT
            case Event.POLLED:
                return Phase.FOLLOWING if self.is_settled else self
            case _:
                return Phase.UNSETTLED
