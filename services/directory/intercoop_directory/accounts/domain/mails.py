"""The mail that carries a code, in the words of its reader's language."""

from dataclasses import dataclass
from typing import Final

from intercoop_contracts.directory import Language
from intercoop_directory.accounts.domain.codes import shown


@dataclass(frozen=True, slots=True)
class OutgoingMail:
    """What one person is written: the address, the language (BCP 47), and the words."""

    to: str
    language: str
    subject: str
    text: str


_SUBJECT: Final = {
    Language.FR: "Votre code pour vous connecter",
    Language.EN: "Your code to sign in",
}
_TEXT: Final = {
    Language.FR: (
        "Bonjour,\n\n"
        "Voici votre code pour vous connecter :\n\n"
        "    {code}\n\n"
        "Saisissez-le dans la page où vous l'avez demandé, ou ouvrez ce lien dans le même\n"
        "navigateur :\n\n"
        "{link}\n\n"
        "Il est valable quinze minutes et sert une fois. Vous n'avez rien demandé ? Laissez ce\n"
        "courriel : sans le navigateur qui a demandé le code, personne ne peut s'en servir.\n"
    ),
    Language.EN: (
        "Hello,\n\n"
        "Here is your code to sign in:\n\n"
        "    {code}\n\n"
        "Type it in the page where you asked for it, or open this link in the same browser:\n\n"
        "{link}\n\n"
        "It is good for fifteen minutes, and once. You asked for nothing? Leave this mail alone:\n"
        "without the browser that asked for the code nobody can use it.\n"
    ),
}


def sign_in_mail(to: str, language: Language, code: str, page: str) -> OutgoingMail:
    """The mail with a code; `page` is the address of the page that takes it."""
    text = _TEXT[language].format(code=shown(code), link=f"{page}/{code}")
    return OutgoingMail(to, language.value, _SUBJECT[language], text)
