"""A mail as it travels (RFC 5322): to one person, by a program, with headers right in raw bytes."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from typing import Self

from intercoop_chassis.jobs import NotNowError
from intercoop_chassis.mail.headers import (
    WrittenHeader,
    address_header,
    plain_header,
    text_header,
)
from intercoop_chassis.mail.settings import MailSettings
from intercoop_chassis.spelling import one_line
from intercoop_contracts.addresses import mailbox


@dataclass(frozen=True, slots=True)
class Letter:
    """What one person is written: the address, the language (BCP 47: `fr`), and the words.

    `subject` is one line; `html` says the same as `text`, for programs that show it.
    """

    to: str
    language: str
    subject: str
    text: str
    html: str | None = None


@dataclass(frozen=True, slots=True)
class Sender:
    """Who sends: the address, with or without a name, and the instance."""

    mail_from: str
    owner: str
    network: str

    @classmethod
    def of(cls, settings: MailSettings) -> Self:
        """The sender of the settings. Raises `NotNowError` while there is none."""
        if settings.mail_from is None:
            raise NotNowError("INTERCOOP_MAIL_FROM is not set")
        return cls(settings.mail_from, settings.owner, settings.network)

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


def message_of(
    letter: Letter,
    sender: Sender,
    now: datetime,
    *,
    name: str,
    more: Iterable[WrittenHeader] = (),
) -> EmailMessage:
    """The message of a letter, with `more` headers after the usual ones.

    `name` is what its Message-ID has on the left (a dot-atom, RFC 5322, 3.6.4): whatever may leave
    twice has the same one each time, and mail programs show it once. `Auto-Submitted` is RFC 3834.
    Raises `NotNowError` when an address is none, and `ValueError` for a subject of several lines.
    """
    message = EmailMessage(policy=SMTP)
    to = _address(letter.to, "", "the e-mail address is none that mails can be sent to: correct it")
    for header in (
        address_header("From", sender.address),
        address_header("To", to),
        text_header("Subject", letter.subject),
        plain_header("Message-ID", f"<{name}@{sender.domain}>"),
        *more,
    ):
        message[header.name] = header
    message["Date"] = format_datetime(now)
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.text, cte="quoted-printable")
    if letter.html is not None:
        message.add_alternative(letter.html, subtype="html", cte="quoted-printable")
    message["Content-Language"] = letter.language
    return message


def _address(spec: str, name: str, otherwise: str) -> Address:
    found = mailbox(spec)
    if found is None:
        raise NotNowError(otherwise)
    return Address(one_line(name), found.local, found.domain)
