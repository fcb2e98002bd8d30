"""A mail, ready to leave."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from intercoop_contracts.directory import Language
from intercoop_notifications.preferences.domain import Topic


class Why(StrEnum):
    """Why a mail waits or was given up, where that is because of its person."""

    NO_ADDRESS = "the person has no e-mail address in the directory"
    BAD_ADDRESS = (
        "the person's e-mail address is none that mails can be sent to: correct it in the directory"
    )
    NOT_KNOWN = "the person is not in the directory yet"
    TURNED_OFF = "the person has turned mails of this topic off"
    LEFT = "the person has left the directory"
    GONE = "the notice is gone: its person was erased, or it was old"


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
