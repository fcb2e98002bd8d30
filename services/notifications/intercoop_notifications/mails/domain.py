"""A mail, ready to leave."""

from dataclasses import dataclass
from uuid import UUID

from intercoop_contracts.directory import Language
from intercoop_notifications.preferences.domain import Topic


@dataclass(frozen=True, slots=True)
class Mail:
    """One person's notice as a mail; `one_click` is where a mail program turns such mails off."""

    notice_id: UUID
    topic: Topic
    to: str
    language: Language
    subject: str
    text: str
    html: str
    one_click: str
