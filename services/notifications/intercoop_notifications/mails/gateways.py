"""A notice as a mail, with what its receivers' programs look for beside the usual headers."""

from collections.abc import Iterator
from datetime import datetime
from email.message import EmailMessage
from typing import Final

from intercoop_chassis import mail as post
from intercoop_chassis.jobs import NotNowError
from intercoop_chassis.mail import Letter, Sender
from intercoop_chassis.mail.headers import WrittenHeader, ascii_address, plain_header
from intercoop_contracts.addresses import mailbox
from intercoop_notifications.mails.domain import Mail, Why
from intercoop_notifications.preferences.domain import Topic

_TOPICS: Final = {Topic.MEETINGS: "Intercoop meetings", Topic.ADVICE: "Intercoop advice"}


def message_of(mail: Mail, sender: Sender, now: datetime) -> EmailMessage:
    """The message; the same notice always has the same Message-ID.

    Unsubscribing by one click is RFC 8058, `List-Id` RFC 2919. Raises `NotNowError` when an address
    of it is none.
    """
    if mailbox(mail.to) is None:
        raise NotNowError(Why.BAD_ADDRESS)
    letter = Letter(mail.to, mail.language, mail.subject, mail.text, mail.html)
    of_lists = tuple(_headers(mail, sender))
    return post.message_of(letter, sender, now, name=str(mail.notice_id), more=of_lists)


def _headers(mail: Mail, sender: Sender) -> Iterator[WrittenHeader]:
    topic = f"{_TOPICS[mail.topic]} <{mail.topic}.notifications.{sender.domain}>"
    yield plain_header("List-Id", topic)
    yield plain_header("List-Unsubscribe", f"<{_one_click(mail)}>")
    yield plain_header("List-Unsubscribe-Post", "List-Unsubscribe=One-Click")


def _one_click(mail: Mail) -> str:
    try:
        return ascii_address(mail.one_click)
    except UnicodeError as error:
        raise NotNowError("INTERCOOP_PUBLIC_URL names a host that has no ASCII form") from error
