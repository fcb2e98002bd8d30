"""The settings of a service that sends mails, beside those of every service."""

from email.utils import parseaddr
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, SecretStr

from intercoop_chassis.settings import Settings
from intercoop_chassis.settings.values import wrong
from intercoop_contracts.addresses import mailbox


def _mail_server(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in {"smtp", "smtps"} or not parts.hostname or parts.username:
        raise wrong("has to be smtp://host:port or smtps://host:port; the user is set apart")
    return value


def _sender(value: str) -> str:
    if mailbox(parseaddr(value)[1]) is None:
        raise wrong("has to be an e-mail address, or a name and one: Union <contact@scop.example>")
    return value


class MailSettings(Settings):
    """Without a mail server and a sender mails wait."""

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
