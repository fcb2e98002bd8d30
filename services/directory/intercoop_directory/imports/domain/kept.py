"""An import that is gone through step by step: a file, what is said of its columns and cells."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from intercoop_directory.imports.domain.columns import HEADINGS
from intercoop_directory.imports.domain.files.lines import Line
from intercoop_directory.imports.domain.table import Table

KEPT_FOR: Final = timedelta(days=30)
IGNORED: Final = ""
"""Stands for the field of a column that is passed over."""

MAX_CORRECTION: Final = 2_000
"""Letters of a cell that was typed here."""


class State(StrEnum):
    """Where an import is; `STOPPED` is one that came to a part of its rows only."""

    OPEN = "open"
    APPLYING = "applying"
    STOPPED = "stopped"
    APPLIED = "applied"
    UNDONE = "undone"


class Came(StrEnum):
    """What comes of a row."""

    CREATED = "created"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it was read, before anything is said of it."""

    file_name: str
    digest: bytes
    encoding: str
    table: Table


@dataclass(frozen=True, slots=True)
class Import:
    """`columns` has a field, or `IGNORED`, for each heading.

    `revision` rises with each choice and correction; `planned_revision` is the one that rows say
    the outcome of, decided on a directory as `planned_on` names it. Of the run that applies it
    `reached` is the last row, `moved_at` when it came there.
    """

    id: UUID
    file_name: str
    digest: bytes
    sent_by: UUID
    sent_at: datetime
    encoding: str
    separator: str
    headings: tuple[str, ...]
    columns: tuple[str, ...]
    revision: int = 1
    state: State = State.OPEN
    planned_revision: int | None = None
    planned_on: str | None = None
    reached: int = 0
    applied_by: UUID | None = None
    applied_at: datetime | None = None
    moved_at: datetime | None = None

    @property
    def has_begun(self) -> bool:
        """Whether any row may have been applied: its columns stay as they are."""
        return self.state is not State.OPEN

    @property
    def may_be_corrected(self) -> bool:
        """Whether rows that are refused can still become good ones."""
        return self.state in {State.OPEN, State.APPLIED, State.STOPPED}

    @property
    def place_of(self) -> dict[str, int]:
        """At which place of a row each chosen field stands."""
        return {name: place for place, name in enumerate(self.columns) if name != IGNORED}


@dataclass(frozen=True, slots=True)
class KeptRow:
    """A row of the file, what was typed in the place of its cells, and what came of it.

    `organisation_id` is there once its outcome has come.
    """

    line: Line
    corrections: Mapping[str, str] = field(default_factory=dict)
    is_left_out: bool = False
    organisation_id: UUID | None = None

    @property
    def is_open(self) -> bool:
        """Whether something may still come of it."""
        return not self.is_left_out and self.organisation_id is None


@dataclass(frozen=True, slots=True)
class RowNote:
    """What comes of a row, to be shown: `details` are JSON, faults or changes.

    `version` and `before` are of the organisation that an applied row has made or changed.
    """

    number: int
    came: Came
    name: str
    details: Sequence[Mapping[str, Any]]  # Any: JSON
    organisation_id: UUID | None = None
    version: int | None = None
    before: str | None = None


def table_of(kept: Import, rows: Sequence[KeptRow]) -> Table:
    """The table as it was chosen and corrected.

    A field that was typed and has no column gets one behind the others. A row that was corrected
    is as wide as the table, and no quotation mark of it is in doubt.
    """
    typed = {name for row in rows for name in row.corrections}
    added = sorted(typed - set(kept.columns))
    width = len(kept.headings)
    columns = kept.place_of | {name: width + at for at, name in enumerate(added)}
    lines = tuple(_corrected(row, columns, width, len(added)) for row in rows)
    headings = (*kept.headings, *(HEADINGS[name] for name in added))
    return Table(kept.separator, headings, columns, lines)


def _corrected(row: KeptRow, columns: Mapping[str, int], width: int, added: int) -> Line:
    cells = row.line.cells
    if not row.corrections:
        beyond = ("",) * added + cells[width:] if len(cells) > width else ()
        return replace(row.line, cells=(*cells[:width], *beyond))
    whole = [*cells[:width], *[""] * (width - len(cells)), *[""] * added]
    for name, text in row.corrections.items():
        whole[columns[name]] = text
    return Line(row.line.number, tuple(whole))
