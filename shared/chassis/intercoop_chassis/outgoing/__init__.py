"""Effects that cannot be rolled back, such as mail: stored rows, delivered at least once."""

from intercoop_chassis.outgoing.registry import (
    Item,
    NotNowError,
    Outcome,
    Outgoing,
    RejectedError,
    missing,
)
from intercoop_chassis.outgoing.rows import (
    Entry,
    EntryPosition,
    State,
    enqueue,
    get_entry,
    list_entries,
    retry,
    wake,
)
from intercoop_chassis.outgoing.runner import OutgoingRunner

__all__ = [
    "Entry",
    "EntryPosition",
    "Item",
    "NotNowError",
    "Outcome",
    "Outgoing",
    "OutgoingRunner",
    "RejectedError",
    "State",
    "enqueue",
    "get_entry",
    "list_entries",
    "missing",
    "retry",
    "wake",
]
