"""Why a mail does not leave, in words that staff read, and what can be done about it."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from intercoop_chassis.pages.menu import N_
from intercoop_notifications.mails.domain import Why


class Remedy(StrEnum):
    """Who can do something: staff at the person's record, the instance's operators, or nobody."""

    RECORD = "record"
    OPERATOR = "operator"
    WAIT = "wait"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Reason:
    """Source texts: what hinders a mail, and what to do."""

    what: str
    todo: str
    remedy: Remedy


_CORRECT: Final = N_("Correct the address in the person's record, then try again.")
_ASK_OPERATOR: Final = N_("Tell whoever runs the instance: it is for all mails.")
_BY_ITSELF: Final = N_("Nothing to do: it is tried again by itself.")
_NOTHING: Final = N_("Nothing to do: it is read in the application, or not needed any more.")

_BY_BEGINNING: Final = {
    Why.NO_ADDRESS: Reason(
        N_("The directory has no e-mail address for this person."),
        N_("Add an address to the person's record: the mail leaves at once."),
        Remedy.RECORD,
    ),
    Why.BAD_ADDRESS: Reason(
        N_("Nobody can write to the address that the directory has."), _CORRECT, Remedy.RECORD
    ),
    Why.NOT_KNOWN: Reason(
        N_("The directory has not said yet who this person is."), _BY_ITSELF, Remedy.WAIT
    ),
    Why.TURNED_OFF: Reason(
        N_("The person wants no mails of this topic."), _NOTHING, Remedy.NOTHING
    ),
    Why.LEFT: Reason(N_("The person has left the directory."), _NOTHING, Remedy.NOTHING),
    Why.GONE: Reason(N_("The notification is there no more."), _NOTHING, Remedy.NOTHING),
    "the mail server refuses the recipient": Reason(
        N_("Bounced: the mail server refuses the address."), _CORRECT, Remedy.RECORD
    ),
    "the mail server refuses the sender": Reason(
        N_("The mail server refuses the sender of our mails."), _ASK_OPERATOR, Remedy.OPERATOR
    ),
    "the mail server refuses the mail": Reason(
        N_("The mail server refuses this mail."), _ASK_OPERATOR, Remedy.OPERATOR
    ),
    "the mail server": Reason(
        N_("The mail server cannot be reached, or does not let us in."),
        _BY_ITSELF,
        Remedy.WAIT,
    ),
    "INTERCOOP_": Reason(
        N_("The instance is not set up to send mails yet."), _ASK_OPERATOR, Remedy.OPERATOR
    ),
    "the deadline passed": Reason(
        N_("It could not leave before the date that it is about."), _NOTHING, Remedy.NOTHING
    ),
}
"""How the reason that is kept begins → the same for people, the most exact first."""

_OTHERWISE: Final = Reason(N_("A try has failed."), _BY_ITSELF, Remedy.WAIT)


def reason_of(kept: str) -> Reason:
    """What is to be read where this was kept."""
    return next(
        (reason for begins, reason in _BY_BEGINNING.items() if kept.startswith(begins)),
        _OTHERWISE,
    )
