"""A CSV text as a table: the separator, the heading row and the rows below it found out."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

from intercoop_chassis.refusals import Refusal, Sentence
from intercoop_directory.imports.domain.columns import field_of_heading

MAX_ROWS: Final = 20_000
_SEPARATORS: Final = (";", ",", "\t", "|")
_HEADING_WITHIN: Final = 10
_REQUIRED: Final = "name"


@dataclass(frozen=True, slots=True)
class Line:
    """A row as the spreadsheet shows it; `number` counts from 1, the heading row included."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """`columns` says at which place of a line each understood field stands."""

    separator: str
    headings: tuple[str, ...]
    columns: Mapping[str, int]
    lines: tuple[Line, ...]

    @property
    def ignored(self) -> tuple[str, ...]:
        """The headings that mean nothing here."""
        used = set(self.columns.values())
        return tuple(
            heading.strip()
            for place, heading in enumerate(self.headings)
            if place not in used and heading.strip()
        )


@dataclass(frozen=True, slots=True)
class _Head:
    """A candidate for the heading row."""

    separator: str
    at: int
    headings: tuple[str, ...]

    @property
    def fields(self) -> list[str]:
        found = (field_of_heading(heading) for heading in self.headings)
        return [field for field in found if field]


def read_table(text: str) -> Table | Refusal:
    try:
        heads = [head for separator in _SEPARATORS for head in _heads(text, separator)]
        head = max(heads, key=lambda head: len(set(head.fields)), default=_Head("", 0, ()))
        if refusal := _head_refusal(head):
            return refusal
        lines = tuple(islice(_lines(text, head), MAX_ROWS + 1))
    except csv.Error as error:
        return _refusal(
            Sentence(f"n'est pas un CSV lisible ({error})", f"is no readable CSV ({error})"),
            Sentence(
                "Cherchez un guillemet ouvert et jamais fermé",
                "Look for a quotation mark that is opened and never closed",
            ),
        )
    if len(lines) > MAX_ROWS:
        return _refusal(
            Sentence(f"a plus de {MAX_ROWS} lignes", f"has more than {MAX_ROWS} rows"),
            Sentence("Importez-le en plusieurs fichiers", "Import it as several files"),
        )
    return Table(head.separator, head.headings, _places(head), lines)


def _heads(text: str, separator: str) -> Iterator[_Head]:
    """Titles may stand above the headings."""
    for at, cells in enumerate(islice(_records(text, separator), _HEADING_WITHIN)):
        yield _Head(separator, at, tuple(cells))


def _records(text: str, separator: str) -> Iterator[list[str]]:
    return csv.reader(io.StringIO(text, newline=""), delimiter=separator)


def _lines(text: str, head: _Head) -> Iterator[Line]:
    for at, cells in enumerate(_records(text, head.separator)):
        if at > head.at and any(cell.strip() for cell in cells):
            yield Line(at + 1, tuple(cells))


def _places(head: _Head) -> dict[str, int]:
    return {
        field: place
        for place, heading in enumerate(head.headings)
        if (field := field_of_heading(heading))
    }


def _head_refusal(head: _Head) -> Refusal | None:
    fields = head.fields
    if _REQUIRED not in fields:
        shown = _shown(head.headings)
        return _refusal(
            Sentence(
                f"n'a pas de colonne « Raison sociale » (première ligne : {shown})",
                f'has no column "Raison sociale" (first row: {shown})',
            ),
            Sentence(
                "Donnez à la première ligne les noms des colonnes, séparés par ; ou ,",
                "Name the columns in the first row, separated by ; or ,",
            ),
        )
    doubled = sorted({field for field in fields if fields.count(field) > 1})
    if doubled:
        twice = [heading for heading in head.headings if field_of_heading(heading) in doubled]
        shown = _shown(twice)
        return _refusal(
            Sentence(
                f"a plusieurs colonnes qui disent la même chose : {shown}",
                f"has several columns that say the same: {shown}",
            ),
            Sentence("Gardez-en une", "Keep one of them"),
        )
    return None


def _shown(headings: Sequence[str]) -> str:
    shown = ", ".join(heading.strip() for heading in headings if heading.strip())
    return shown[:200] or "—"


def _refusal(reason: Sentence, remedy: Sentence) -> Refusal:
    return Refusal("file", reason, remedy)
