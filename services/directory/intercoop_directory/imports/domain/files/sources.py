"""Where the rows of a table come from: a text whose separator has to be found out, or a sheet."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from intercoop_directory.imports.domain.files.lines import Line, read_lines

_SEPARATORS = (";", ",", "\t", "|")


class Rows(Protocol):
    """Rows in one or several readings, the likeliest of which is the table."""

    @property
    def separators(self) -> Sequence[str]:
        """One for each reading."""

    def lines(self, separator: str, width: int = 0) -> Iterator[Line]:
        """Every row, blank ones too; `width` is how many columns there are, where known."""


@dataclass(frozen=True, slots=True)
class TextRows:
    """A CSV text."""

    text: str
    separators: Sequence[str] = _SEPARATORS

    def lines(self, separator: str, width: int = 0) -> Iterator[Line]:
        return read_lines(self.text, separator, width)


@dataclass(frozen=True, slots=True)
class SheetRows:
    """A sheet of a workbook, whose cells are apart already."""

    rows: Sequence[tuple[str, ...]]
    separators: Sequence[str] = ("",)

    def lines(self, _separator: str, _width: int = 0) -> Iterator[Line]:
        return (Line(number, cells) for number, cells in enumerate(self.rows, start=1))
