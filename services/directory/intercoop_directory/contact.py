"""E-mail addresses, telephone numbers and websites, and what is said of wrong ones."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias
from urllib.parse import urlsplit

from intercoop_chassis.refusals import Refusal, Sentence
from intercoop_chassis.spelling import has_controls, tidy_or_none
from intercoop_contracts.addresses import AddressFault, address_fault, tidy_address
from intercoop_contracts.bounds import MAX_EMAIL, MAX_LINE, MAX_PHONE

_PHONE: Final = re.compile(r"\+?[0-9](?:[ ./()-]*[0-9]){3,18}")
_HOST: Final = re.compile(r"[^\W_]([\w-]*[^\W_])?(\.[^\W_]([\w-]*[^\W_])?)+")

Why: TypeAlias = tuple[Sentence, Sentence]
"""What is wrong with a value, and the remedy."""

_WRITE_IT: Final = Sentence(
    "Écrivez-la comme contact@exemple.coop", "Write it like contact@example.coop"
)
_EMAIL_FAULTS: Final[Mapping[AddressFault, Why]] = {
    AddressFault.NO_ADDRESS: (
        Sentence("n'est pas une adresse électronique", "is no e-mail address"),
        _WRITE_IT,
    ),
    AddressFault.SEVERAL: (
        Sentence("contient plusieurs adresses électroniques", "holds several e-mail addresses"),
        Sentence("Gardez-en une seule", "Keep one of them"),
    ),
    AddressFault.ACCENT: (
        Sentence(
            "a un accent ou une lettre non latine avant le @ : presque aucun serveur n'en prend",
            "has an accent or a letter that is not Latin before the @: hardly any server takes it",
        ),
        Sentence(
            "Écrivez-la comme le fait son serveur de courriel, sans accent",
            "Write it as its mail server does, without accents",
        ),
    ),
    AddressFault.TOO_LONG: (
        Sentence(
            f"a plus de {MAX_EMAIL} caractères, plus qu'une adresse n'en peut avoir",
            f"has more than {MAX_EMAIL} characters, which no address can have",
        ),
        _WRITE_IT,
    ),
}
NO_PHONE: Final = (
    Sentence("n'est pas un numéro de téléphone", "is no telephone number"),
    Sentence("Écrivez-le comme 05 61 00 00 00", "Write it like +33 5 61 00 00 00"),
)


@dataclass(frozen=True, slots=True)
class Contact:
    """How to reach an organisation itself, never one of its people."""

    email: str | None = None
    phone: str | None = None
    website: str | None = None


NO_CONTACT: Final = Contact()


def tidy_contact(contact: Contact) -> Contact:
    """Tidied; a website without a scheme is taken to be https."""
    website = tidy_or_none(contact.website)
    if website and "://" not in website:
        website = f"https://{website}"
    email = tidy_address(contact.email) if contact.email is not None else None
    return Contact(email or None, tidy_or_none(contact.phone), website)


def contact_refusals(contact: Contact) -> Iterator[Refusal]:
    wrong_email = why_no_email(contact.email) if contact.email else None
    if wrong_email:
        yield Refusal("contact.email", *wrong_email)
    if contact.phone and not is_phone(contact.phone):
        yield Refusal("contact.phone", *NO_PHONE)
    if contact.website and not _is_website(contact.website):
        yield Refusal(
            "contact.website",
            Sentence("n'est pas l'adresse d'un site", "is no address of a website"),
            Sentence("Écrivez-la comme https://exemple.coop", "Write it like https://example.coop"),
        )


def why_no_email(address: str) -> Why | None:
    """Why no mail can be sent to a tidied address; None where one can."""
    fault = address_fault(address)
    return _EMAIL_FAULTS[fault] if fault else None


def why_no_phone(text: str) -> Why | None:
    return None if is_phone(text) else NO_PHONE


def is_phone(text: str) -> bool:
    return len(text) <= MAX_PHONE and bool(_PHONE.fullmatch(text))


def _is_website(address: str) -> bool:
    if len(address) > MAX_LINE or any(letter.isspace() for letter in address):
        return False
    if has_controls(address):
        return False
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(_HOST.fullmatch(host))
