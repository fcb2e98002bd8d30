"""The settings that notifications has beside those of every service."""

from email.utils import parseaddr
from typing import Annotated, Final
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, SecretStr

from intercoop_chassis.settings import Settings
from intercoop_chassis.settings.values import Count, wrong
from intercoop_contracts.addresses import mailbox
from intercoop_notifications.limits import DailyLimits

KEPT_AT_LEAST_DAYS: Final = 60
"""Longer than news waits for somebody who can be told, and than an ended mail is listed."""


def _mail_server(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in {"smtp", "smtps"} or not parts.hostname or parts.username:
        raise wrong("has to be smtp://host:port or smtps://host:port; the user is set apart")
    return value


def _sender(value: str) -> str:
    if mailbox(parseaddr(value)[1]) is None:
        raise wrong("has to be an e-mail address, or a name and one: Union <contact@scop.example>")
    return value


class NotificationsSettings(Settings):
    """Without a mail server, a sender and `public_url` mails wait."""

    smtp: Annotated[str, AfterValidator(_mail_server)] | None = Field(
        None,
        description="the mail server, smtps:// for TLS from the start",
        examples=["smtp://localhost:587"],
    )
    smtp_user: str | None = Field(None, description="for the mail server", examples=["intercoop"])
    smtp_password: SecretStr | None = Field(None, description="of smtp_user", examples=["…"])
    mail_from: Annotated[str, AfterValidator(_sender)] | None = Field(
        None, description="the sender of mails", examples=["intercoop@scop.example"]
    )
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
