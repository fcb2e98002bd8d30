"""Things to do in time: timers end with their effect; deliveries leave, and are tried by lease."""

from intercoop_chassis.jobs.deliveries import enqueue, retry, wake
from intercoop_chassis.jobs.entries import (
    Entry,
    EntryFilter,
    EntryPosition,
    State,
    get_entry,
    list_entries,
)
from intercoop_chassis.jobs.registry import (
    Job,
    Jobs,
    NotNowError,
    Outcome,
    RejectedError,
    missing,
)
from intercoop_chassis.jobs.timers import cancel, cancel_all, schedule, schedule_all

__all__ = [
    "Entry",
    "EntryFilter",
    "EntryPosition",
    "Job",
    "Jobs",
    "NotNowError",
    "Outcome",
    "RejectedError",
    "State",
    "cancel",
    "cancel_all",
    "enqueue",
    "get_entry",
    "list_entries",
    "missing",
    "retry",
    "schedule",
    "schedule_all",
    "wake",
]
