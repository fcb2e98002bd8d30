"""A mail as it travels (RFC 5322), with what its receivers' programs look for."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from typing import Final

from intercoop_chassis.jobs import NotNowError
from intercoop_contracts.addresses import mailbox
from intercoop_notifications.mails.domain import Mail
from intercoop_notifications.mails.gateways.headers import (
    WrittenHeader,
    address_header,
    ascii_address,
    plain_header,
    text_header,
)
from intercoop_notifications.preferences.domain import Topic
from intercoop_notifications.texts import one_line

_NO_ADDRESS: Final = (
    "the person's e-mail address is none that mails can be sent to: correct it in the directory"
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
    for header in _headers(mail, sender):
        message[header.name] = header
    message["Date"] = format_datetime(now)
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail.text, cte="quoted-printable")
    message.add_alternative(mail.html, subtype="html", cte="quoted-printable")
    message["Content-Language"] = mail.language
    return message


def _headers(mail: Mail, sender: Sender) -> Iterator[WrittenHeader]:
    """Those that hold words or may be long."""
    yield address_header("From", sender.address)
    yield address_header("To", _address(mail.to, "", _NO_ADDRESS))
    yield text_header("Subject", mail.subject)
    yield plain_header("Message-ID", f"<{mail.notice_id}@{sender.domain}>")
    topic = f"{_TOPICS[mail.topic]} <{mail.topic}.notifications.{sender.domain}>"
    yield plain_header("List-Id", topic)
    yield plain_header("List-Unsubscribe", f"<{_stop(mail)}>")
    yield plain_header("List-Unsubscribe-Post", "List-Unsubscribe=One-Click")


def _stop(mail: Mail) -> str:
    try:
        return ascii_address(mail.stop)
    except UnicodeError as error:
        raise NotNowError("INTERCOOP_PUBLIC_URL names a host that has no ASCII form") from error


def _address(spec: str, name: str, otherwise: str) -> Address:
    found = mailbox(spec)
    if found is None:
        raise NotNowError(otherwise)
    return Address(one_line(name), found.local, found.domain)
