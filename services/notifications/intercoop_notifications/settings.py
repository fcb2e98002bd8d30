"""The settings that notifications has beside those of every service."""

from typing import Final

from pydantic import Field

from intercoop_chassis.mail import MailSettings
from intercoop_chassis.settings.values import Count
from intercoop_notifications.limits import DailyLimits

KEPT_AT_LEAST_DAYS: Final = 60
"""Longer than news waits for somebody who can be told, and than an ended mail is listed."""


class NotificationsSettings(MailSettings):
    """Without a mail server, a sender and `public_url` mails wait."""

    limit_daily_notices: Count = Field(
        100,
        description="notices a day to one person because of one other owner",
        examples=["100"],
    )
    limit_daily_mails: Count = Field(20, description="of them that leave by mail", examples=["20"])

    notices_kept_days: int = Field(
        365,
        ge=KEPT_AT_LEAST_DAYS,
        le=36_500,
        description="days after which a notice is purged",
        examples=["365"],
    )

    @property
    def daily_limits(self) -> DailyLimits:
        return DailyLimits(self.limit_daily_notices, self.limit_daily_mails)
