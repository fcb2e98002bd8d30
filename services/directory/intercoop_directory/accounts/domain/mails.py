"""The mail that carries a code, in the words of its reader's language."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from intercoop_contracts.directory import Language
from intercoop_directory.accounts.domain.codes import shown

PARIS: Final = ZoneInfo("Europe/Paris")
_SUBJECT: Final = {
    Language.FR: "Votre code pour vous connecter à Intercoop ({instance})",
    Language.EN: "Your code to sign in to Intercoop ({instance})",
}
_TEXT: Final = {
    Language.FR: (
        "Bonjour,\n\n"
        "Voici votre code pour vous connecter à Intercoop ({instance})\u00a0:\n\n"
        "    {code}\n\n"
        "Saisissez-le dans la page où vous l’avez demandé, ou ouvrez ce lien dans le même\n"
        "navigateur\u00a0:\n\n"
        "{link}\n\n"
        "Il sert une fois, jusqu’à {until} (heure de Paris).\n\n"
        "Ne le donnez à personne\u00a0: ni votre union ni aucun service ne vous le demandera,\n"
        "pas plus au téléphone que par courriel.\n\n"
        "Vous n’avez rien demandé\u202f? Laissez ce courriel\u00a0: sans le navigateur où le code\n"
        "a été demandé, il n’ouvre rien.\n"
    ),
    Language.EN: (
        "Hello,\n\n"
        "Here is your code to sign in to Intercoop ({instance}):\n\n"
        "    {code}\n\n"
        "Type it in the page where you asked for it, or open this link in the same browser:\n\n"
        "{link}\n\n"
        "It is good once, until {until} (Paris time).\n\n"
        "Give it to nobody: neither your union nor any service will ask you for it, on the\n"
        "phone or by mail.\n\n"
        "You asked for nothing? Leave this mail alone: without the browser where the code was\n"
        "asked for it opens nothing.\n"
    ),
}


@dataclass(frozen=True, slots=True)
class Letterhead:
    """In whose name a mail is written, as people read it, and the page that takes a code."""

    instance: str
    page: str


@dataclass(frozen=True, slots=True)
class MailText:
    """The words of a mail: a subject of one line, and the text."""

    subject: str
    text: str


def sign_in_mail(head: Letterhead, language: Language, code: str, until: datetime) -> MailText:
    """The mail with a code that is good until then.

    The link has the code after its `#`: browsers send that to no server, so no log has it.
    """
    text = _TEXT[language].format(
        instance=head.instance,
        code=shown(code),
        link=f"{head.page}#{code}",
        until=hour_in_france(until, language),
    )
    return MailText(_SUBJECT[language].format(instance=head.instance), text)


def hour_in_france(moment: datetime, language: Language) -> str:
    """As mails write it: `14 h 05`, `14:05`."""
    local = moment.astimezone(PARIS)
    if language is Language.EN:
        return f"{local:%H:%M}"
    return f"{local.hour}\u00a0h\u00a0{local:%M}"
