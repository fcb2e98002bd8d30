"""A mail to oneself, sent at once: what the mail server says of it is what one wants to know."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from intercoop_chassis.jobs import NotNowError, RejectedError
from intercoop_chassis.mail import Letter, MailSettings, Sender, SmtpServer, message_of
from intercoop_contracts.directory import Language

_SUBJECT: Final = {
    Language.FR: "Essai : les courriels de {name} partent",
    Language.EN: "A trial: the mails of {name} leave",
}
_TEXT: Final = {
    Language.FR: (
        "Bonjour,\n\n"
        "Vous avez demandé ce courriel pendant la mise en service d’Intercoop ({name}).\n"
        "S’il est arrivé, les invitations et les codes pour se connecter arriveront aussi.\n"
    ),
    Language.EN: (
        "Hello,\n\n"
        "You asked for this mail while setting up Intercoop ({name}).\n"
        "Since it has come, invitations and codes to sign in will come too.\n"
    ),
}


@dataclass(frozen=True, slots=True)
class Taken:
    """The mail server took the mail; `answer` is what it said."""

    answer: str


@dataclass(frozen=True, slots=True)
class NotTaken:
    """The mail did not leave; `reason` is what is known of why, in English."""

    reason: str


def trial_mail(to: str, language: Language, name: str) -> Letter:
    subject, text = _SUBJECT[language].format(name=name), _TEXT[language].format(name=name)
    return Letter(to, language.value, subject, text)


async def send_trial(
    letter: Letter, settings: MailSettings, now: datetime, *, name: str
) -> Taken | NotTaken:
    """Hand it to the mail server now; `name` makes its Message-ID. Nothing tries it again."""
    try:
        sender, server = Sender.of(settings), SmtpServer.of(settings)
        return Taken(await server.send(message_of(letter, sender, now, name=name)))
    except (NotNowError, RejectedError) as error:
        return NotTaken(str(error))
