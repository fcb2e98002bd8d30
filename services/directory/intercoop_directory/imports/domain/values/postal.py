"""Codes of places as spreadsheets leave them: post code, INSEE code, département."""

import re
from typing import Final

from intercoop_chassis.refusals import Sentence
from intercoop_contracts.bounds import COMMUNE_CODE, POSTCODE
from intercoop_directory.communes.domain import WRITE_CODE
from intercoop_directory.imports.domain.values.faults import ROUNDED, CellFault
from intercoop_directory.imports.domain.values.numbers import is_power, typed

_COUNTRY: Final = re.compile(r"^(F|FR)[ -]*(?=\d)", re.IGNORECASE)
_DELIVERY: Final = re.compile(r" ?cedex( \d+)?$", re.IGNORECASE)
_LOST_ZERO: Final = re.compile(r"[1-9]\d{3}", re.ASCII)
_SHORT: Final = re.compile(r"\d{1,4}", re.ASCII)
_DEPARTEMENT_NUMBER: Final = re.compile(r"0?(\d{1,2})", re.ASCII)


def postcode(cell: str) -> str | CellFault:
    """Five digits: `1000` is 01000, whose zero a spreadsheet dropped."""
    code = _code(_DELIVERY.sub("", _COUNTRY.sub("", cell)))
    if re.fullmatch(POSTCODE, code):
        return code
    return _fault(code, _NO_POSTCODE)


def commune_code(cell: str) -> str | CellFault:
    """INSEE's five characters: `1053` is 01053."""
    code = _code(cell).upper()
    if re.fullmatch(COMMUNE_CODE, code):
        return code
    return _fault(code, _NO_COMMUNE_CODE)


def departement(cell: str) -> str | CellFault:
    """Its number with its zero, or whatever name somebody gave it: `1` is 01."""
    text = typed(cell)
    if is_power(text):
        return ROUNDED
    found = _DEPARTEMENT_NUMBER.fullmatch(text)
    return found[1].zfill(2) if found else text.upper() if len(text) <= len("2A ") else text


def _code(cell: str) -> str:
    code = typed("".join(cell.split()))
    return f"0{code}" if _LOST_ZERO.fullmatch(code) else code


def _fault(code: str, otherwise: CellFault) -> CellFault:
    if is_power(code):
        return ROUNDED
    return _LOST if _SHORT.fullmatch(code) else otherwise


_NO_POSTCODE: Final = CellFault(
    Sentence("n'est pas un code postal", "is no post code"),
    Sentence("Écrivez cinq chiffres, par exemple 31000", "Write five digits, as in 31000"),
)
_NO_COMMUNE_CODE: Final = CellFault(
    Sentence("n'est pas un code INSEE", "is no INSEE code"),
    WRITE_CODE,
)
_LOST: Final = CellFault(
    Sentence(
        "a moins de cinq chiffres : plus d'un a été perdu",
        "has fewer than five digits: more than one was lost",
    ),
    Sentence(
        "Mettez la colonne au format texte et saisissez les cinq chiffres",
        "Make the column a text column and type all five digits",
    ),
)
