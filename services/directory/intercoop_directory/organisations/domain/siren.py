"""The SIREN: nine digits that name a legal unit for life, the last one a check (Luhn)."""

from typing import Final

from stdnum.exceptions import InvalidChecksum, InvalidFormat, InvalidLength
from stdnum.fr import siren, siret

from intercoop_chassis.refusals import Refusal, Sentence

SAMPLE_PREFIX: Final = "000"
"""No firm's SIREN begins like this: it marks samples."""

_LENGTH: Final = 9
_LEAST_TYPED: Final = 3
_LOOK_UP: Final = Sentence(
    "Recopiez le SIREN de l'avis de situation Insee ou de l'extrait Kbis",
    "Copy the SIREN from the Insee notice or the Kbis extract",
)


def tidy_siren(text: str) -> str:
    """The digits without the blanks and dots that people write between them."""
    return "".join(text.replace(".", "").split())


def spelt_as_searched(query: str) -> str:
    """A query; one that is a SIREN without the blanks in it."""
    digits = typed_siren(query)
    return digits if digits and len(digits) == _LENGTH else query


def typed_siren(query: str) -> str | None:
    """The digits of a SIREN, or of its beginning, without blanks; None for anything else."""
    digits = tidy_siren(query)
    is_siren = digits.isdecimal() and _LEAST_TYPED <= len(digits) <= _LENGTH
    return digits if is_siren else None


def siren_of_siret(text: str) -> str | None:
    """The SIREN in a valid SIRET (14 digits); None for anything else."""
    digits = tidy_siren(text)
    return digits[:_LENGTH] if digits.isascii() and siret.is_valid(digits) else None


def siren_refusal(digits: str) -> Refusal | None:
    """What is wrong with a tidied SIREN, in words; None when nothing is."""
    if not digits.strip("0"):
        return _refusal(Sentence("ne contient que des zéros", "holds nothing but zeros"), _LOOK_UP)
    try:
        siren.validate(digits)
    except InvalidLength:
        return _wrong_length(digits)
    except InvalidFormat:
        return _refusal(
            Sentence("contient autre chose que des chiffres", "holds more than digits"),
            Sentence("Un SIREN a neuf chiffres, par exemple 552032534", "Write nine digits"),
        )
    except InvalidChecksum:
        return _refusal(
            Sentence(
                "a une clé de contrôle fausse : un chiffre est inexact",
                "fails its check digit: at least one digit is wrong",
            ),
            _LOOK_UP,
        )
    return None


def _wrong_length(digits: str) -> Refusal:
    if found := siren_of_siret(digits):
        return _refusal(
            Sentence("est un SIRET (14 chiffres)", "is a SIRET (14 digits)"),
            Sentence(f"Gardez les neuf premiers chiffres : {found}", f"Keep the first 9: {found}"),
        )
    reason = Sentence(
        f"a {len(digits)} caractères, il en faut 9", f"has {len(digits)} characters, it needs 9"
    )
    filled = digits.rjust(_LENGTH, "0")
    if len(filled) == _LENGTH and siren.is_valid(filled):
        return _refusal(
            reason,
            Sentence(
                f"Si le tableur a retiré les zéros du début, écrivez {filled} dans une colonne "
                "au format texte",
                f"If the spreadsheet dropped leading zeros, write {filled} in a text column",
            ),
        )
    return _refusal(reason, _LOOK_UP)


def _refusal(reason: Sentence, remedy: Sentence) -> Refusal:
    return Refusal("siren", reason, remedy)
