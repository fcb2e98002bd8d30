"""A file as a table: the separator, the heading row and the rows below it found out."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Final

from intercoop_chassis.refusals import Refusal, Sentence
from intercoop_directory.imports.domain.columns import TO_CORRECT, field_of_heading
from intercoop_directory.imports.domain.files.lines import Doubt, Line
from intercoop_directory.imports.domain.files.sources import Rows, TextRows
from intercoop_directory.imports.domain.heads import (
    HEADING_WITHIN,
    REQUIRED,
    Head,
    likeliest_head,
    lines_below,
)

MAX_ROWS: Final = 20_000
MAX_COLUMNS: Final = 200
_FEWEST_COLUMNS: Final = 2


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
        used = {*self.columns.values(), *self.remarks}
        return tuple(
            heading.strip()
            for place, heading in enumerate(self.headings)
            if place not in used and heading.strip()
        )

    @property
    def remarks(self) -> tuple[int, ...]:
        """Where an import has written what to correct; a file from an older one has several."""
        places = range(len(self.headings))
        return tuple(at for at in places if field_of_heading(self.headings[at]) == TO_CORRECT)


def read_table(text: str | Rows) -> Table | Refusal:
    """The table, where its headings leave nothing open."""
    rows = TextRows(text) if isinstance(text, str) else text
    head = likeliest_head(rows)
    if refusal := _head_refusal(head) or _opening_refusal(rows, head):
        return refusal
    return _below(rows, head)


def open_table(rows: Rows) -> Table | Refusal:
    """The table for somebody who is going to say what its columns are; the guess may miss some.

    Columns about people are emptied: nothing of them is kept.
    """
    head = likeliest_head(rows)
    if head.is_of_people:
        return A_LIST_OF_PEOPLE
    if refusal := _hidden_heading(rows, head):
        return refusal
    if len(head.named) < _FEWEST_COLUMNS and REQUIRED not in head.fields:
        return _TOO_FEW
    if len(head.headings) > MAX_COLUMNS:
        return _TOO_WIDE
    table = _below(rows, head)
    return table if isinstance(table, Refusal) else _without(table, head.of_people)


def _below(rows: Rows, head: Head) -> Table | Refusal:
    lines = tuple(islice(lines_below(rows, head), MAX_ROWS + 1))
    if len(lines) > MAX_ROWS:
        return _TOO_LONG
    return Table(head.separator, head.headings, head.places, lines)


def _without(table: Table, places: Collection[int]) -> Table:
    if not places:
        return table
    lines = tuple(
        replace(
            line, cells=tuple("" if at in places else cell for at, cell in enumerate(line.cells))
        )
        for line in table.lines
    )
    return replace(table, lines=lines)


def _head_refusal(head: Head) -> Refusal | None:
    fields = head.fields
    if head.is_of_people:
        return A_LIST_OF_PEOPLE
    if REQUIRED in fields and (doubled := {one for one in fields if fields.count(one) > 1}):
        twice = zip(head.of_places, head.headings, strict=True)
        shown = _shown([heading for field, heading in twice if field in doubled])
        return _refusal(
            Sentence(
                f"a plusieurs colonnes qui disent la même chose : {shown}",
                f"has several columns that say the same: {shown}",
            ),
            Sentence("Gardez-en une", "Keep one of them"),
        )
    return None


def _opening_refusal(rows: Rows, head: Head) -> Refusal | None:
    """Why no row is the heading row."""
    if REQUIRED in head.fields:
        return None
    if hidden := _hidden_heading(rows, head):
        return hidden
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


def _hidden_heading(rows: Rows, head: Head) -> Refusal | None:
    """A quotation mark above the rows that hides the headings."""
    first = islice(rows.lines(head.separator or rows.separators[0]), HEADING_WITHIN)
    unclosed = next((line.number for line in first if line.doubt is Doubt.UNCLOSED), None)
    if REQUIRED in head.fields or unclosed is None:
        return None
    return _refusal(
        Sentence(
            f"n'est pas un CSV lisible : à la ligne {unclosed} s'ouvre un guillemet qui n'est "
            "jamais fermé",
            f"is no readable CSV: the quotation mark opened in row {unclosed} is never closed",
        ),
        Sentence("Fermez ou retirez le guillemet", "Close the quotation mark or remove it"),
    )


def _shown(headings: Sequence[str]) -> str:
    shown = ", ".join(heading.strip() for heading in headings if heading.strip())
    return shown[:200] or "—"


def _refusal(reason: Sentence, remedy: Sentence) -> Refusal:
    return Refusal("file", reason, remedy)


_TOO_LONG: Final = _refusal(
    Sentence(f"a plus de {MAX_ROWS} lignes", f"has more than {MAX_ROWS} rows"),
    Sentence("Importez-le en plusieurs fichiers", "Import it as several files"),
)
_TOO_WIDE: Final = _refusal(
    Sentence(f"a plus de {MAX_COLUMNS} colonnes", f"has more than {MAX_COLUMNS} columns"),
    Sentence("Retirez celles qui ne servent pas", "Remove those that are of no use"),
)
_TOO_FEW: Final = _refusal(
    Sentence("n'a pas de ligne de titres", "has no row of headings"),
    Sentence(
        "Donnez à la première ligne les noms des colonnes", "Name the columns in the first row"
    ),
)
A_LIST_OF_PEOPLE: Final = _refusal(
    Sentence(
        "est une liste de personnes et non de structures : rien n'en est publié",
        "is a list of people, not of organisations: nothing of it is published",
    ),
    Sentence(
        "Inscrivez les personnes à part ; si ce sont des structures, nommez « Raison sociale » la "
        "colonne de leurs noms",
        'Register people apart; for organisations, name the column of their names "Raison sociale"',
    ),
)
