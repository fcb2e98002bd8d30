"""An invitation: whose it is, how long it is good, and the mail that carries its link."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from intercoop_contracts.directory import Language
from intercoop_directory.accounts.domain.mails import PARIS, hour_in_france

VALID_FOR: Final = timedelta(days=7)
SECRET_BYTES: Final = 32
"""Of chance: nobody finds a link by trying."""

MOST_MAILS: Final = 4
"""Tries to send one mail, each with a link of its own."""

DAY: Final = timedelta(days=1)
MOST_A_DAY: Final = 5
"""Invitations of one person: who clicks again and again fills nobody's mailbox."""

_MONTHS: Final = (
    *("janvier", "février", "mars", "avril", "mai", "juin"),
    *("juillet", "août", "septembre", "octobre", "novembre", "décembre"),
)


class Ending(StrEnum):
    """Why an invitation is good no more, before its time is over."""

    USED = "used"
    REVOKED = "revoked"
    REPLACED = "replaced"


@dataclass(frozen=True, slots=True)
class Invitation:
    """Who is invited, and the address that the link was sent to."""

    id: UUID
    person_id: UUID
    address: str
    invited_at: datetime
    ended: Ending | None = None

    @property
    def expires_at(self) -> datetime:
        return self.invited_at + VALID_FOR

    def is_open_at(self, now: datetime) -> bool:
        return self.ended is None and now < self.expires_at


def ended(invitation: Invitation, ending: Ending) -> Invitation:
    return replace(invitation, ended=ending)


@dataclass(frozen=True, slots=True)
class InvitationMail:
    """Who writes to whom: the union, the person, the link, and until when it is good."""

    union: str
    person: str
    link: str
    until: datetime


_SUBJECT: Final = {
    Language.FR: "{union} vous invite sur Intercoop",
    Language.EN: "{union} invites you to Intercoop",
}
_TEXT: Final = {
    Language.FR: (
        "Bonjour {person},\n\n"
        "{union} vous ouvre un compte sur Intercoop, où les coopératives du réseau se\n"
        "retrouvent. Ce lien est pour vous seul·e\u00a0:\n\n"
        "{link}\n\n"
        "Il sert une fois, jusqu’au {until} (heure de Paris). Ne le transmettez à personne\u00a0:\n"
        "qui l’ouvre entre à votre place.\n\n"
        "Vous n’attendiez pas cette invitation\u00a0? Laissez ce courriel\u00a0: sans vous, rien\n"
        "ne se passe.\n"
    ),
    Language.EN: (
        "Hello {person},\n\n"
        "{union} opens an account for you on Intercoop, where the co-operatives of the network\n"
        "meet. This link is for you alone:\n\n"
        "{link}\n\n"
        "It is good once, until {until} (Paris time). Pass it on to nobody: whoever opens it\n"
        "comes in in your place.\n\n"
        "You did not expect this invitation? Leave this mail alone: without you nothing happens.\n"
    ),
}


def subject_of(mail: InvitationMail, language: Language) -> str:
    return _SUBJECT[language].format(union=mail.union)


def text_of(mail: InvitationMail, language: Language) -> str:
    until = _moment(mail.until, language)
    return _TEXT[language].format(union=mail.union, person=mail.person, link=mail.link, until=until)


def _moment(moment: datetime, language: Language) -> str:
    local, hour = moment.astimezone(PARIS), hour_in_france(moment, language)
    if language is Language.EN:
        return f"{local.day} {local:%B %Y}, {hour}"
    day = "1er" if local.day == 1 else str(local.day)
    month = _MONTHS[local.month - 1]
    return f"{day} {month} {local.year}, {hour}"
