"""What spreadsheets put around texts, and what keeps a text from becoming another in them."""

import re
from typing import Final

from intercoop_chassis.spelling import key, tidy

UNREADABLE: Final = "\ufffd"
"""Stands where a file holds bytes that are no text."""

_CONTROLS: Final = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]")
_FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r")
_QUOTED_FORMULA: Final = re.compile(r'="((?:[^"]|"")*)"')
_NUMBER: Final = re.compile(
    r"[\d\s.,'/:€$%-]*\d[\d\s.,'/:€$%-]*(e[+-]?\d+)?[\s€$%]*", re.IGNORECASE
)
_DATE: Final = re.compile(r"\d{1,4}[-/. ]\d{1,2}([-/. ]\d{1,4})?")
_MONTH: Final = (
    r"(jan|janv|janvier|january|fev|fevr|fevrier|feb|february|mar|mars|march|avr|avril|apr|april"
    r"|mai|may|juin|jun|june|juil|juillet|jul|july|aou|aout|aug|august|sep|sept|septembre|september"
    r"|oct|octobre|october|nov|novembre|november|dec|decembre|december)"
)
_DAY_AND_MONTH: Final = re.compile(rf"(\d{{1,4}} {_MONTH}|{_MONTH} \d{{1,4}})( \d{{1,4}})?")
_TRUTHS: Final = {"true", "false", "vrai", "faux"}


def is_formula(text: str) -> bool:
    """Whether a text needs an apostrophe before it, however many it has already."""
    return text.lstrip("'").startswith(_FORMULA_STARTS)


def is_date(text: str) -> bool:
    """Whether spreadsheets take a text for a date: `12/3`, `4 septembre`."""
    bare = text.lstrip("'")
    return bool(_DATE.fullmatch(bare) or _DAY_AND_MONTH.fullmatch(key(bare)))


def is_convertible(text: str) -> bool:
    """Whether spreadsheets take a text for a number, a date or a truth, and write another one."""
    bare = text.lstrip("'")
    return bool(_NUMBER.fullmatch(bare)) or is_date(bare) or bare.casefold() in _TRUTHS


def clean(cell: str) -> str:
    """The cell's text, without what spreadsheets put around it against formulas."""
    text = tidy(_CONTROLS.sub(UNREADABLE, cell.strip()))
    if text.startswith("'") and (is_formula(text[1:]) or is_convertible(text[1:])):
        return text[1:]
    quoted = _QUOTED_FORMULA.fullmatch(text)
    return tidy(quoted[1].replace('""', '"')) if quoted else text


def without_formula(text: str) -> str:
    """With an apostrophe before it no spreadsheet takes a text for a formula."""
    return f"'{text}" if is_formula(text) else text


def as_text(text: str) -> str:
    """With an apostrophe before it a name stays as it is: `007`, `1e5`, `3/4`, `VRAI`.

    Taken away again by `clean`.
    """
    return f"'{text}" if is_convertible(text) else without_formula(text)


def as_number_or_text(text: str) -> str:
    """As `as_text`, for what people write in digits and would not know with an apostrophe."""
    return f"'{text}" if is_date(text) else without_formula(text)


def is_text_constant(cell: str) -> bool:
    """Whether a cell is `="…"`, a text that no spreadsheet changes."""
    return bool(_QUOTED_FORMULA.fullmatch(cell.strip()))
