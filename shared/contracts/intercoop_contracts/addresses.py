"""E-mail addresses: the one rule of what is taken where they are entered, and written to.

What is taken can be sent: a name before the @ that every mail server carries (RFC 5321, 4.1.2,
without quotes), and a domain that has an ASCII form (IDNA). One with an accent before the @ is
refused where it is entered, since it nearly always is a mistake; a mail to one that was entered
before still leaves where the mail server takes it (SMTPUTF8, RFC 6531).
"""

import re
import unicodedata
from enum import StrEnum
from typing import Final, NamedTuple
from urllib.parse import unquote

from intercoop_contracts.bounds import MAX_EMAIL

_ATOM: Final = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LOCAL: Final = re.compile(rf"(?=.{{1,64}}\Z){_ATOM}(?:\.{_ATOM})*")
_LABEL: Final = r"[^\W_](?:[\w-]*[^\W_])?"
_DOMAIN: Final = re.compile(
    rf"{_LABEL}(?:\.{_LABEL})*\.(?:[^\W\d_]{{2,}}|xn--[a-z0-9-]+)", re.IGNORECASE
)
_NOT_ASCII: Final = re.compile(r"[^\W\x00-\x7f]")
_BRACKETS: Final = re.compile(r"[^<>]*<([^<>]*)>")
_MAILTO: Final = re.compile(r"mailto:/*([^?]*)(?:\?.*)?", re.IGNORECASE | re.DOTALL)
_AROUND: Final = "\"',;: "
_BLANKS_AT: Final = re.compile(r"\s*@\s*")
_MOST_LAYERS: Final = 4
"""`"<mailto:a@b.example>"` has three."""


class AddressFault(StrEnum):
    """Why a text is no address that mails can be sent to."""

    NO_ADDRESS = "no-address"
    SEVERAL = "several"
    ACCENT = "accent"
    TOO_LONG = "too-long"


class Mailbox(NamedTuple):
    """An address as it is sent to: the domain is ASCII."""

    local: str
    domain: str


def tidy_address(text: str) -> str:
    """What of a text can only be meant as one address: without what links and letters put around.

    `mailto:`, angle brackets and the name before them, quotation marks, blanks, characters that
    nobody sees, a comma at the end. What is no address stays one that `address_fault` names.
    """
    seen = (letter for letter in text if unicodedata.category(letter) != "Cf")
    address = " ".join(unicodedata.normalize("NFKC", "".join(seen)).split())
    for _ in range(_MOST_LAYERS):
        address = _unwrapped(address)
    return _BLANKS_AT.sub("@", address)


def address_fault(address: str) -> AddressFault | None:
    """What is wrong with a tidied address; None for one that mails can be sent to."""
    local, at, domain = address.rpartition("@")
    if "@" in local and not local.endswith("@"):
        return AddressFault.SEVERAL
    if len(address) > MAX_EMAIL:
        return AddressFault.TOO_LONG
    ascii_domain = _ascii(domain) if at and _DOMAIN.fullmatch(domain) else None
    if ascii_domain is None:
        return AddressFault.NO_ADDRESS
    if len(local) + len(ascii_domain) >= MAX_EMAIL:
        return AddressFault.TOO_LONG
    if not _LOCAL.fullmatch(local):
        is_right_but_for_accents = not local.isascii() and _LOCAL.fullmatch(
            _NOT_ASCII.sub("x", local)
        )
        return AddressFault.ACCENT if is_right_but_for_accents else AddressFault.NO_ADDRESS
    return None


def mailbox(text: str) -> Mailbox | None:
    """Where a mail to this address goes; None where it can go nowhere."""
    address = tidy_address(text)
    if address_fault(address) not in {None, AddressFault.ACCENT}:
        return None
    local, _, domain = address.rpartition("@")
    return Mailbox(local, _ascii(domain) or "")


def _unwrapped(text: str) -> str:
    for layer in (_BRACKETS, _MAILTO):
        found = layer.fullmatch(text)
        if found:
            return unquote(found[1]).strip() if layer is _MAILTO else found[1].strip()
    return text.strip(_AROUND).rstrip(". ")


def _ascii(domain: str) -> str | None:
    try:
        return domain.encode("idna").decode()
    except UnicodeError:
        return None
