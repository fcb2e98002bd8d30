"""A CSV text as a table: the separator, the heading row and the rows below it found out."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import Final

from intercoop_chassis.refusals import Refusal, Sentence
from intercoop_directory.imports.domain import people_lists
from intercoop_directory.imports.domain.columns import TO_CORRECT, field_of_heading
from intercoop_directory.imports.domain.files.lines import Doubt, Line, read_lines

MAX_ROWS: Final = 20_000
_MAX_LINES: Final = 1_048_576
"""Blank ones included: as many as spreadsheets have."""

_SEPARATORS: Final = (";", ",", "\t", "|")
_HEADING_WITHIN: Final = 10
_REQUIRED: Final = "name"


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


@dataclass(frozen=True)
class _Head:
    """A candidate for the heading row."""

    separator: str
    at: int
    headings: tuple[str, ...]

    @cached_property
    def of_places(self) -> tuple[str | None, ...]:
        """The field of each column; a bare `Nom` beside columns about a person is a person's."""
        is_about_people = people_lists.speaks_of_people(self.headings)
        return tuple(
            None
            if is_about_people and people_lists.is_bare_name(heading)
            else field_of_heading(heading)
            for heading in self.headings
        )

    @property
    def fields(self) -> list[str]:
        return [field for field in self.of_places if field and field != TO_CORRECT]

    @property
    def is_of_people(self) -> bool:
        """Whether nothing but a person's name is the name that this list has."""
        return _REQUIRED not in self.fields and people_lists.speaks_of_people(self.headings)


def read_table(text: str) -> Table | Refusal:
    heads = [head for separator in _SEPARATORS for head in _heads(text, separator)]
    head = max(heads, key=_likelihood, default=_Head("", 0, ()))
    if refusal := _head_refusal(head) or _opening_refusal(text, head):
        return refusal
    lines = tuple(islice(_lines(text, head), MAX_ROWS + 1))
    if len(lines) > MAX_ROWS:
        return _refusal(
            Sentence(f"a plus de {MAX_ROWS} lignes", f"has more than {MAX_ROWS} rows"),
            Sentence("Importez-le en plusieurs fichiers", "Import it as several files"),
        )
    return Table(head.separator, head.headings, _places(head), lines)


def _likelihood(head: _Head) -> tuple[bool, int]:
    return _REQUIRED in head.fields or head.is_of_people, len(set(head.fields))


def _heads(text: str, separator: str) -> Iterator[_Head]:
    """Titles may stand above the headings."""
    for line in islice(read_lines(text, separator), _HEADING_WITHIN):
        if line.doubt is None:
            yield _Head(separator, line.number, line.cells)


def _lines(text: str, head: _Head) -> Iterator[Line]:
    lines = read_lines(text, head.separator, len(head.headings))
    for line in islice(lines, _MAX_LINES):
        if line.number > head.at and not line.is_blank:
            yield line


def _places(head: _Head) -> dict[str, int]:
    fields = enumerate(head.of_places)
    return {field: place for place, field in fields if field and field != TO_CORRECT}


def _head_refusal(head: _Head) -> Refusal | None:
    fields = head.fields
    if head.is_of_people:
        return _A_LIST_OF_PEOPLE
    if _REQUIRED in fields and (doubled := {one for one in fields if fields.count(one) > 1}):
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


def _opening_refusal(text: str, head: _Head) -> Refusal | None:
    """Why no row is the heading row; a quotation mark that hides it is named."""
    if _REQUIRED in head.fields:
        return None
    first = islice(read_lines(text, head.separator or ";"), _HEADING_WITHIN)
    unclosed = next((line.number for line in first if line.doubt is Doubt.UNCLOSED), None)
    if unclosed:
        return _refusal(
            Sentence(
                f"n'est pas un CSV lisible : à la ligne {unclosed} s'ouvre un guillemet qui n'est "
                "jamais fermé",
                f"is no readable CSV: the quotation mark opened in row {unclosed} is never closed",
            ),
            Sentence("Fermez ou retirez le guillemet", "Close the quotation mark or remove it"),
        )
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


def _shown(headings: Sequence[str]) -> str:
    shown = ", ".join(heading.strip() for heading in headings if heading.strip())
    return shown[:200] or "—"


def _refusal(reason: Sentence, remedy: Sentence) -> Refusal:
    return Refusal("file", reason, remedy)


_A_LIST_OF_PEOPLE: Final = _refusal(
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
