"""Which row of a file has its headings, and what they say."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import Final

from intercoop_directory.imports.domain import people_lists
from intercoop_directory.imports.domain.columns import TO_CORRECT, field_of_heading
from intercoop_directory.imports.domain.files.lines import Line
from intercoop_directory.imports.domain.files.sources import Rows

REQUIRED: Final = "name"
HEADING_WITHIN: Final = 10
_MAX_LINES: Final = 1_048_576
"""Blank ones included: as many as spreadsheets have."""


@dataclass(frozen=True)
class Head:
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
    def places(self) -> dict[str, int]:
        """At which place each understood field stands; the first where several say the same."""
        found: dict[str, int] = {}
        for place, field in enumerate(self.of_places):
            if field and field != TO_CORRECT:
                found.setdefault(field, place)
        return found

    @property
    def of_people(self) -> frozenset[int]:
        """The places of columns about people."""
        return people_lists.places_of_people(self.headings)

    @property
    def named(self) -> list[str]:
        """The headings that are not empty."""
        return [heading for heading in self.headings if heading.strip()]

    @property
    def fields(self) -> list[str]:
        return [field for field in self.of_places if field and field != TO_CORRECT]

    @property
    def is_of_people(self) -> bool:
        """Whether nothing but a person's name is the name that this list has."""
        return REQUIRED not in self.fields and people_lists.speaks_of_people(self.headings)


def likeliest_head(rows: Rows) -> Head:
    """The row that says most as headings; titles may stand above it."""
    heads = [head for separator in rows.separators for head in _heads(rows, separator)]
    return max(heads, key=_likelihood, default=Head("", 0, ()))


def lines_below(rows: Rows, head: Head) -> Iterator[Line]:
    """The rows below the headings that are not blank."""
    lines = rows.lines(head.separator, len(head.headings))
    for line in islice(lines, _MAX_LINES):
        if line.number > head.at and not line.is_blank:
            yield line


def _likelihood(head: Head) -> tuple[bool, int, int]:
    """Where nothing is understood, the more headings there are the likelier."""
    understood = len(set(head.fields))
    return (
        REQUIRED in head.fields or head.is_of_people,
        understood,
        0 if understood else len(head.named),
    )


def _heads(rows: Rows, separator: str) -> Iterator[Head]:
    for line in islice(rows.lines(separator), HEADING_WITHIN):
        if line.doubt is None:
            yield Head(separator, line.number, line.cells)
