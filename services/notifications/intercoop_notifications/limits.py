"""How much one other owner may have a person of this instance told in a day."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DailyLimits:
    """At most so many a day to one person because of one other owner."""

    notices: int
    mails: int
