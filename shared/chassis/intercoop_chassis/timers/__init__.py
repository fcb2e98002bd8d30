"""Things to do at a moment to come: rows that are done in the transaction of their effect."""

from intercoop_chassis.timers.registry import Timer, Timers
from intercoop_chassis.timers.rows import cancel, schedule
from intercoop_chassis.timers.runner import TimerRunner

__all__ = ["Timer", "TimerRunner", "Timers", "cancel", "schedule"]
