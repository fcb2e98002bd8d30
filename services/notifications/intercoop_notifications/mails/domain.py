"""A mail, ready to leave."""

from dataclasses import dataclass
from uuid import UUID

from intercoop_contracts.addresses import mailbox
from intercoop_contracts.directory import ContactKind, Language, PersonView
from intercoop_notifications.preferences.domain import Topic


@dataclass(frozen=True, slots=True)
class Mail:
    """One person's notice as a mail; `stop` is the address that turns such mails off."""

    notice_id: UUID
    topic: Topic
    to: str
    language: Language
    subject: str
    text: str
    html: str
    stop: str


def address_of(person: PersonView) -> str | None:
    """Where a person reads mails: their first e-mail contact point that mails can be sent to.

    Where there is none such, their first one, of which is said what is wrong with it.
    """
    emails = [point.value for point in person.contact_points if point.kind is ContactKind.EMAIL]
    return next(filter(mailbox, emails), next(iter(emails), None))
