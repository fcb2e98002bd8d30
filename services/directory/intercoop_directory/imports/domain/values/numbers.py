"""Digits that went through a spreadsheet: thousands, decimals, powers of ten, lost zeros."""

import re
from decimal import Decimal
from typing import Final

from stdnum.fr import siren as siren_number

from intercoop_chassis.refusals import Sentence
from intercoop_directory.imports.domain.values.faults import ROUNDED, CellFault
from intercoop_directory.organisations.domain.siren import siren_of_siret, tidy_siren

_POWER: Final = re.compile(r"(\d+)(?:[.,](\d+))?[eE]\+?(\d{1,2})", re.ASCII)
_WITH_DECIMALS: Final = re.compile(r"(\d+)[.,]0+", re.ASCII)
_PLAIN: Final = re.compile(r"\d+", re.ASCII)
_GROUPED: Final = re.compile(
    r"(\d{1,3}(?: \d{3})+)(?:[.,]0+)?"  # 1 200
    r"|([1-9]\d{0,2}(?:\.\d{3})+)(?:,0+)?"  # 1.200
    r"|([1-9]\d{0,2}(?:,\d{3}){2,})(?:\.0+)?"  # 1,200,000
    r"|([1-9]\d{0,2}(?:,\d{3})+)\.0+"  # 1,200.00
    r"|([1-9]\d{0,2}(?:['\u2019]\d{3})+)(?:[.,]0+)?",  # 1'200
    re.ASCII,
)
_TWO_THINGS: Final = re.compile(r"[1-9]\d{0,2},\d{3}", re.ASCII)
_NOT_A_DIGIT: Final = re.compile(r"\D", re.ASCII)
_FRENCH: Final = re.compile(r"33(\(0\)|0)?[1-9]\d{8}", re.ASCII)
_MAX_DIGITS: Final = 9
_SIREN_LENGTH: Final = 9
_SIRET_LENGTH: Final = 14
_LOST_ZEROS: Final = 3
"""More at the beginning of a SIREN than any firm's has: what is shorter lacks other digits."""


def whole_number(cell: str) -> int | CellFault:
    """A number without decimals, its thousands as the French, the English and the Swiss write them.

    `1,200` may be twelve hundred, or one and a fifth.
    """
    if _POWER.fullmatch(cell):
        return _count(exact_power(cell) or "", ROUNDED)
    if _TWO_THINGS.fullmatch(cell):
        return _TWO_NUMBERS
    if grouped := _GROUPED.fullmatch(cell):
        return _count(_NOT_A_DIGIT.sub("", next(part for part in grouped.groups() if part)))
    return _count(without_decimals(cell))


def _count(digits: str, otherwise: CellFault | None = None) -> int | CellFault:
    if _PLAIN.fullmatch(digits) and len(digits) <= _MAX_DIGITS:
        return int(digits)
    return otherwise or _NO_NUMBER


_NO_NUMBER: Final = CellFault(
    Sentence("n'est pas un nombre entier", "is no whole number"),
    Sentence("Écrivez-le en chiffres, comme 12", "Write it in digits, like 12"),
)
_TWO_NUMBERS: Final = CellFault(
    Sentence(
        "peut vouloir dire deux nombres : la virgule sépare des milliers ou des décimales",
        "may mean two numbers: its comma separates thousands or decimals",
    ),
    Sentence("Écrivez-le sans virgule, comme 1200", "Write it without the comma, like 1200"),
)


def without_decimals(cell: str) -> str:
    """`31000.0` as it was before a program took it for a number with decimals."""
    found = _WITH_DECIMALS.fullmatch(cell)
    return found[1] if found else cell


def exact_power(cell: str) -> str | None:
    """The digits of a power of ten that has them all, `5,52032534E+08`; None of one rounded."""
    found = _POWER.fullmatch(cell)
    if found is None:
        return None
    digits, decimals, exponent = found[1], found[2] or "", int(found[3])
    missing = exponent - len(decimals)
    if len(digits) != 1 or missing:
        return None
    return digits + decimals


def is_power(cell: str) -> bool:
    return bool(_POWER.fullmatch(cell))


def typed(cell: str) -> str:
    """The digits that somebody typed: without decimals, an exact power of ten written out."""
    return exact_power(cell) or without_decimals(cell)


def siren(cell: str) -> str:
    """A SIREN as it was typed, with the zeros that a spreadsheet dropped; valid or not."""
    digits = tidy_siren(typed(cell).replace("-", " "))
    if not _PLAIN.fullmatch(digits) or len(digits) < _SIREN_LENGTH - _LOST_ZEROS:
        return digits
    filled = digits.zfill(_SIREN_LENGTH)
    return filled if siren_number.is_valid(filled) else digits


def siren_in_siret(cell: str) -> str | None:
    """The SIREN within a SIRET, its zeros restored as `siren` does; None when it is no SIRET."""
    digits = tidy_siren(typed(cell).replace("-", " "))
    if not _PLAIN.fullmatch(digits) or len(digits) < _SIRET_LENGTH - _LOST_ZEROS:
        return None
    return siren_of_siret(digits.zfill(_SIRET_LENGTH))


def siret(cell: str) -> str | CellFault:
    """The SIREN within the SIRET."""
    return siren_in_siret(cell) or (ROUNDED if is_power(cell) else _NO_SIRET)


_NO_SIRET: Final = CellFault(
    Sentence("n'est pas un SIRET valable", "is no valid SIRET"),
    Sentence(
        "Recopiez les 14 chiffres, ou donnez le SIREN dans sa colonne",
        "Copy the 14 digits, or give the SIREN in its own column",
    ),
)


def phone(cell: str) -> str | CellFault:
    """A telephone number with the zero or the plus that a spreadsheet dropped."""
    text = typed(cell)
    if is_power(text):
        return ROUNDED
    if text.startswith(("+", "0")):
        return text
    digits = _NOT_A_DIGIT.sub("", text)
    if len(digits) == _MAX_DIGITS and not text.startswith("("):
        return f"0{text}"
    if _FRENCH.fullmatch(digits):
        return f"+{text}"
    return _NO_ZERO if len(digits) == _MAX_DIGITS + 1 else text


_NO_ZERO: Final = CellFault(
    Sentence(
        "a dix chiffres sans zéro au début : le numéro est d'un autre pays, ou inexact",
        "has ten digits and no zero before them: it is another country's, or wrong",
    ),
    Sentence(
        "Écrivez-le comme 05 61 00 00 00 ou +32 2 000 00 00",
        "Write it like +33 5 61 00 00 00",
    ),
)


def may_show(known: str | None, cell: str) -> bool:
    """Whether a cell is what a spreadsheet makes of a known number: zeros dropped, rounded.

    It then says nothing new. `known` may have been written with blanks, dots or a plus.
    """
    if known is None:
        return False
    if known == cell:
        return True
    digits = re.sub(r"^\+", "", known)
    if not _PLAIN.fullmatch(digits):
        return False
    if power := _POWER.fullmatch(cell):
        return _rounded(digits, len(power[2] or "")) == _shown(power)
    return digits.lstrip("0") == without_decimals(cell).lstrip("0")


def _shown(power: re.Match[str]) -> Decimal:
    return Decimal(f"{power[1]}.{power[2] or 0}E{power[3]}")


def _rounded(digits: str, decimals: int) -> Decimal:
    return Decimal(f"{Decimal(digits):.{decimals}E}")
