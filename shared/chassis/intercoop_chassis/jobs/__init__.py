"""Things to do at a moment to come: with their effect in a transaction, or delivered by lease."""

from intercoop_chassis.jobs.deliveries import (
    Entry,
    EntryPosition,
    State,
    enqueue,
    get_entry,
    list_entries,
    retry,
    wake,
)
from intercoop_chassis.jobs.delivering import OutgoingRunner
from intercoop_chassis.jobs.firing import TimerRunner
from intercoop_chassis.jobs.registry import (
    Item,
    NotNowError,
    Outcome,
    Outgoing,
    RejectedError,
    missing,
)
from intercoop_chassis.jobs.timer_registry import Timer, Timers
from intercoop_chassis.jobs.timers import cancel, schedule

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
    "Timer",
    "TimerRunner",
    "Timers",
    "cancel",
    "enqueue",
    "get_entry",
    "list_entries",
    "missing",
    "retry",
    "schedule",
    "wake",
]
