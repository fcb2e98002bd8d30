"""What is given of the news that one other owner causes in a day."""

from dataclasses import dataclass

from intercoop_notifications.limits import DailyLimits


@dataclass(frozen=True, slots=True)
class Allowed:
    """What of a notice is given: itself, its mail, and whether that is the last of the day."""

    notice: bool = True
    mail: bool = True
    is_last_mail: bool = False


@dataclass(frozen=True, slots=True)
class Told:
    """How many notices and mails there were in a day because of one owner, this one included."""

    notices: int
    mails: int

    def allowed(self, limits: DailyLimits) -> Allowed:
        return Allowed(
            notice=self.notices <= limits.notices,
            mail=self.mails <= limits.mails,
            is_last_mail=self.mails == limits.mails,
        )
