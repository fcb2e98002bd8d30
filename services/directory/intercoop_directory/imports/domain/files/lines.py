"""The rows of a CSV text, read in one strict way: a quotation mark means what RFC 4180 says.

A row with a mark that is never closed ends with its line: the lines after it are rows of their own.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from functools import cache
from typing import Final

_LONGEST_CELL: Final = 32_767
_MOST_CELLS: Final = 16_384
"""What spreadsheets hold at most."""

_LINE: Final = re.compile(r"[^\r\n]*")
_LINE_END: Final = re.compile(r"\r\n|\r|\n")
_OPENING: Final = re.compile(r' *"')
_CLOSING: Final = re.compile(r'[^"]*+(?:""[^"]*+)*+"')
_ENDS: Final = ("", "\r", "\n")


class Doubt(Enum):
    """Why a row may not be what was meant."""

    UNCLOSED = "unclosed"
    """A quotation mark is opened in it and not closed."""

    CLOSED_EARLY = "closed-early"
    """A quotation mark is closed in it and text follows in the same cell."""

    SWALLOWING = "swallowing"
    """A cell between quotation marks holds lines that look like rows."""

    TORN = "torn"
    """It follows an unclosed mark and has not as many cells as there are columns."""


@dataclass(frozen=True, slots=True)
class Line:
    """A row as the spreadsheet shows it; `number` counts from 1, the heading row included.

    `doubt` is about the cell at `place`.
    """

    number: int
    cells: tuple[str, ...]
    doubt: Doubt | None = None
    place: int = 0

    @property
    def is_blank(self) -> bool:
        return not any(cell.strip() for cell in self.cells)


def read_lines(text: str, separator: str, width: int = 0) -> Iterator[Line]:
    """Every row, blank ones too; `width` is how many columns there are, where that is known."""
    return _Reader(text, separator, width).lines()


@dataclass(slots=True)
class _Reader:
    text: str
    separator: str
    width: int
    at: int = 0
    number: int = 0
    torn_until: int = -1
    """Up to where lines may be pieces of a cell whose quotation mark is not closed."""

    def lines(self) -> Iterator[Line]:
        while self.at < len(self.text):
            self.number += 1
            start = self.at
            line = self._line(_matched(_LINE, self.text, start))
            yield self._torn(line) if start < self.torn_until else line

    def _line(self, plain: str) -> Line:
        if '"' in plain:
            return self._quoted_line(plain)
        self._end_at(self.at + len(plain))
        return Line(self.number, tuple(plain.split(self.separator)))

    def _quoted_line(self, plain: str) -> Line:
        cells: list[str] = []
        doubt, place, at = None, 0, self.at
        while len(cells) < _MOST_CELLS:
            cell, end, wrong = _cell_at(self.text, at, self.separator)
            if wrong is Doubt.UNCLOSED:
                return self._unclosed_line(plain, cells, at)
            if wrong is None and self._is_swallowing(cell):
                wrong = Doubt.SWALLOWING
            if wrong and not doubt:
                doubt, place = wrong, len(cells)
            cells.append(cell)
            at = end + 1
            if self.text[end : end + 1] != self.separator:
                break
        self._end_at(at - 1)
        return Line(self.number, tuple(cells), doubt, place)

    def _unclosed_line(self, plain: str, cells: list[str], at: int) -> Line:
        """The cells up to the mark, and the others of this line as if the mark were not there."""
        end = self.at + len(plain)
        rest = _OPENING.sub("", self.text[at:end], count=1).split(self.separator)
        limit = min(len(self.text), at + _LONGEST_CELL)
        closing = _CLOSING.match(self.text, at + len(_matched(_OPENING, self.text, at)), limit)
        self.torn_until = closing.end() if closing else limit
        self._end_at(end)
        return Line(self.number, (*cells, *rest), Doubt.UNCLOSED, len(cells))

    def _torn(self, line: Line) -> Line:
        if line.doubt or line.is_blank or len(line.cells) == self.width:
            return line
        return Line(line.number, line.cells, Doubt.TORN)

    def _is_swallowing(self, cell: str) -> bool:
        if self.width <= 1 or ("\n" not in cell and "\r" not in cell):
            return False
        inner = _LINE_END.split(cell)[1:]
        return any(line.count(self.separator) >= self.width - 1 for line in inner)

    def _end_at(self, end: int) -> None:
        """Go on with the line after this one."""
        end += len(_matched(_LINE, self.text, end))
        self.at = end + len(_matched(_LINE_END, self.text, end))


def _cell_at(text: str, at: int, separator: str) -> tuple[str, int, Doubt | None]:
    """The cell that begins here, where it ends, and what is wrong with it.

    Blanks before a quotation mark mean nothing.
    """
    quoted, plain = _patterns(separator)
    opening = _OPENING.match(text, at)
    if opening is None:
        cell = _matched(plain, text, at)
        return cell, at + len(cell), None
    closed = quoted.match(text, at, at + _LONGEST_CELL)
    if closed and text[closed.end() : closed.end() + 1] in (*_ENDS, separator):
        return closed[1].replace('""', '"'), closed.end(), None
    line_end = at + len(_matched(_LINE, text, at))
    if early := _CLOSING.match(text, opening.end(), line_end):
        end = early.end() + len(_matched(plain, text, early.end()))
        return text[at:end], end, Doubt.CLOSED_EARLY
    return "", at, Doubt.UNCLOSED


@cache
def _patterns(separator: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """A cell between quotation marks, and one without."""
    sign = re.escape(separator)
    quoted = re.compile(rf' *"([^"]*+(?:""[^"]*+)*+)" *(?=[{sign}\r\n]|\Z)')
    return quoted, re.compile(rf"[^{sign}\r\n]*")


def _matched(pattern: re.Pattern[str], text: str, at: int) -> str:
    found = pattern.match(text, at)
    return found[0] if found else ""
