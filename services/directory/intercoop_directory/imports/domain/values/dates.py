"""Days as people and spreadsheets write them; what may be two days is refused."""

import re
from datetime import date
from typing import Final

from intercoop_chassis.refusals import Sentence
from intercoop_chassis.spelling import key
from intercoop_directory.imports.domain.values.faults import CellFault

_MIDNIGHT: Final = re.compile(r"[T ]0?0:00(:00(\.0+)?)?$")
_DAY_FIRST: Final = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})", re.ASCII)
_YEAR_FIRST: Final = re.compile(r"(\d{4})[/.-](\d{1,2})[/.-](\d{1,2})", re.ASCII)
_IN_WORDS: Final = re.compile(
    r"(?:[a-z]+ )?(\d{1,2}) ?(?:er|st|nd|rd|th)? (?:of )?([a-z]+) (\d{4})"
)
_MONTH_FIRST_IN_WORDS: Final = re.compile(r"([a-z]+) (\d{1,2})(?:st|nd|rd|th)? (\d{4})")
_TWO_DIGITS: Final = re.compile(r"\d{1,2}[/.-]\d{1,2}[/.-]\d{2}", re.ASCII)
_SERIAL: Final = re.compile(r"\d{4,6}([.,]\d+)?", re.ASCII)
_A_YEAR: Final = re.compile(r"(1[89]|20|21)\d\d", re.ASCII)
_MONTHS: Final = (
    ("janvier", "janv", "jan", "january"),
    ("fevrier", "fevr", "fev", "february", "feb"),
    ("mars", "mar", "march"),
    ("avril", "avr", "april", "apr"),
    ("mai", "may"),
    ("juin", "june", "jun"),
    ("juillet", "juil", "july", "jul"),
    ("aout", "aou", "august", "aug"),
    ("septembre", "sept", "sep", "september"),
    ("octobre", "oct", "october"),
    ("novembre", "nov", "november"),
    ("decembre", "dec", "december"),
)
_MONTH: Final = {name: number for number, names in enumerate(_MONTHS, 1) for name in names}
_LAST_MONTH: Final = 12
_ZERO: Final = {"30/12/1899", "31/12/1899", "00/01/1900", "0/1/1900"}


def day(cell: str) -> date | CellFault:
    text = _MIDNIGHT.sub("", cell)
    parts = _parts(text)
    if parts is None:
        return _fault(text)
    try:
        return date(*parts)
    except ValueError:
        return A_ZERO if is_zero(text) else _MONTH_FIRST if is_month_first(text) else _NO_DAY


def is_zero(cell: str) -> bool:
    """Whether a cell shows what spreadsheets show for nothing in a column of dates."""
    return _MIDNIGHT.sub("", cell) in _ZERO


def is_month_first(cell: str) -> bool:
    """Whether a day can only be read with its month first: `12/31/2015`."""
    found = _DAY_FIRST.fullmatch(_MIDNIGHT.sub("", cell))
    return found is not None and int(found[1]) <= _LAST_MONTH < int(found[2])


def has_two_readings(cell: str) -> bool:
    """Whether a day may be read with its month first, too, and is then another: `03/04/2015`."""
    found = _DAY_FIRST.fullmatch(_MIDNIGHT.sub("", cell))
    if found is None:
        return False
    first, second = int(found[1]), int(found[2])
    return max(first, second) <= _LAST_MONTH and first != second


def month_first_fault(row: int, cell: str) -> CellFault:
    """The refusal of a day with two readings where another of its column has the month first."""
    return CellFault(
        Sentence(
            f"peut vouloir dire deux jours : à la ligne {row} le mois est en premier ({cell})",
            f"may mean two days: in row {row} the month comes first ({cell})",
        ),
        _WRITE_IT,
    )


def _parts(text: str) -> tuple[int, int, int] | None:
    if found := _DAY_FIRST.fullmatch(text):
        return int(found[3]), int(found[2]), int(found[1])
    if found := _YEAR_FIRST.fullmatch(text):
        return int(found[1]), int(found[2]), int(found[3])
    plain = key(text)
    if (found := _IN_WORDS.fullmatch(plain)) and (month := _MONTH.get(found[2])):
        return int(found[3]), month, int(found[1])
    if (found := _MONTH_FIRST_IN_WORDS.fullmatch(plain)) and (month := _MONTH.get(found[1])):
        return int(found[3]), month, int(found[2])
    return None


def _fault(text: str) -> CellFault:
    if _TWO_DIGITS.fullmatch(text):
        return _SHORT_YEAR
    if _SERIAL.fullmatch(text) and not _A_YEAR.fullmatch(text):
        return _A_SERIAL
    return _NO_DAY


_WRITE_IT: Final = Sentence("Écrivez-la comme 31/12/2015", "Write it like 31/12/2015 or 2015-12-31")
_NO_DAY: Final = CellFault(Sentence("n'est pas une date", "is no date"), _WRITE_IT)
_MONTH_FIRST: Final = CellFault(
    Sentence("n'est une date que si le mois est en premier", "is a date only with its month first"),
    _WRITE_IT,
)
_SHORT_YEAR: Final = CellFault(
    Sentence(
        "n'a que deux chiffres pour l'année, et peut être de plusieurs siècles",
        "has two digits for the year, and may be of several centuries",
    ),
    _WRITE_IT,
)
_A_SERIAL: Final = CellFault(
    Sentence(
        "est un nombre de jours du tableur, compté depuis 1900 ou depuis 1904",
        "is a spreadsheet's count of days, since 1900 or since 1904",
    ),
    Sentence(
        "Mettez la colonne au format date, ou écrivez la date comme 31/12/2015",
        "Make the column a date column, or write the date like 31/12/2015",
    ),
)
A_ZERO: Final = CellFault(
    Sentence("est le zéro du tableur et non une date", "is the spreadsheet's zero, no date"),
    Sentence("Videz la cellule, ou écrivez la date", "Empty the cell, or write the date"),
)
TWO_DAYS: Final = CellFault(
    Sentence(
        "peut vouloir dire deux jours : lu mois en premier, c'est celui qui est connu",
        "may mean two days: with its month first it is the one that is known",
    ),
    Sentence("Écrivez-la comme 2015-12-31", "Write it like 2015-12-31"),
)
