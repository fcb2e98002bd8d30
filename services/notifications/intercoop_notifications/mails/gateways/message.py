"""A mail as it travels (RFC 5322), with what its receivers' programs look for."""

import re
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from typing import Final

from intercoop_chassis.jobs import NotNowError
from intercoop_notifications.mails.domain import Mail
from intercoop_notifications.preferences.domain import Topic
from intercoop_notifications.texts import one_line

_SPEC: Final = re.compile(
    r"(?P<local>[^@\s,;:<>()\[\]\\\"]{1,64})@(?P<domain>[^@\s,;:<>()\[\]\\\"]{1,253})"
)
_TOPICS: Final = {Topic.MEETINGS: "Intercoop meetings", Topic.ADVICE: "Intercoop advice"}


@dataclass(frozen=True, slots=True)
class Sender:
    """Who sends: the address, with or without a name, and the instance."""

    mail_from: str
    owner: str
    network: str

    @property
    def address(self) -> Address:
        """Raises `NotNowError` for one that is none: the operator can correct it."""
        name, spec = parseaddr(self.mail_from)
        return _address(
            spec, name or f"Intercoop {self.owner}", "INTERCOOP_MAIL_FROM is no address"
        )

    @property
    def domain(self) -> str:
        """The instance's own name, on the right of what has to be unique."""
        return f"{self.owner}.{self.network}"


def message_of(mail: Mail, sender: Sender, now: datetime) -> EmailMessage:
    """The message; the same notice always has the same Message-ID.

    Unsubscribing by one click is RFC 8058, `List-Id` RFC 2919, `Auto-Submitted` RFC 3834. Raises
    `NotNowError` when an address of it is none.
    """
    message = EmailMessage(policy=SMTP)
    message["From"] = sender.address
    message["To"] = _address(mail.to, "", "the person's e-mail address is none")
    message["Subject"] = mail.subject
    message["Date"] = format_datetime(now)
    message["Message-ID"] = f"<{mail.notice_id}@{sender.domain}>"
    message["Auto-Submitted"] = "auto-generated"
    message["List-Id"] = f"{_TOPICS[mail.topic]} <{mail.topic}.notifications.{sender.domain}>"
    message["List-Unsubscribe"] = f"<{mail.stop}>"
    message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(mail.text, cte="quoted-printable")
    message.add_alternative(mail.html, subtype="html", cte="quoted-printable")
    message["Content-Language"] = mail.language
    return message


def _address(spec: str, name: str, otherwise: str) -> Address:
    found = _SPEC.fullmatch(spec)
    if found is None:
        raise NotNowError(otherwise)
    try:
        domain = found["domain"].encode("idna").decode()
    except UnicodeError as error:
        raise NotNowError(otherwise) from error
    return Address(one_line(name), found["local"], domain)
