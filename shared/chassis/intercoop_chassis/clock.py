"""What time it is: given to whoever decides by it, so that a test has a time of its own.

UTC inside, and the time zone of France where people read it.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Final
from zoneinfo import ZoneInfo

PARIS: Final = ZoneInfo("Europe/Paris")

Clock = Callable[[], datetime]


def system_clock() -> datetime:
    return datetime.now(UTC)


def day_in_france(moment: datetime) -> date:
    """The day that it is in France at a moment (aware)."""
    return moment.astimezone(PARIS).date()
