"""E-mail addresses, telephone numbers and websites, and what is said of wrong ones."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from intercoop_chassis.refusals import Refusal, Sentence
from intercoop_contracts.bounds import MAX_LINE, MAX_PHONE
from intercoop_directory.spelling import has_controls, tidy_or_none

_EMAIL: Final = re.compile(
    r"[^@\s,;<>()\"]{1,64}@(?=.{4,189}$)[^\W_][\w-]*(\.[\w-]+)*\.[^\W\d_]{2,}"
)
_PHONE: Final = re.compile(r"\+?[0-9](?:[ ./()-]*[0-9]){3,18}")
_HOST: Final = re.compile(r"[^\W_]([\w-]*[^\W_])?(\.[^\W_]([\w-]*[^\W_])?)+")

NO_EMAIL: Final = (
    Sentence("n'est pas une adresse électronique", "is no e-mail address"),
    Sentence("Écrivez-la comme contact@exemple.coop", "Write it like contact@example.coop"),
)
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
    return Contact(tidy_or_none(contact.email), tidy_or_none(contact.phone), website)


def contact_refusals(contact: Contact) -> Iterator[Refusal]:
    if contact.email and not is_email(contact.email):
        yield Refusal("contact.email", *NO_EMAIL)
    if contact.phone and not is_phone(contact.phone):
        yield Refusal("contact.phone", *NO_PHONE)
    if contact.website and not _is_website(contact.website):
        yield Refusal(
            "contact.website",
            Sentence("n'est pas l'adresse d'un site", "is no address of a website"),
            Sentence("Écrivez-la comme https://exemple.coop", "Write it like https://example.coop"),
        )


def is_email(text: str) -> bool:
    return bool(_EMAIL.fullmatch(text)) and not has_controls(text)


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
