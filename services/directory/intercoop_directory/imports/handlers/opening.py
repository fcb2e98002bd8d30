"""A file is read and kept; what its columns are is guessed, and said by whoever sent it."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final
from uuid import UUID

from intercoop_chassis.errors import ConflictError, NotFoundError
from intercoop_chassis.postgres import Transaction
from intercoop_chassis.refusals import Refusal, Refused, Sentence
from intercoop_chassis.spelling import tidy
from intercoop_directory.imports.domain import people_lists
from intercoop_directory.imports.domain.columns import AS_OF, COLUMNS, TO_CORRECT
from intercoop_directory.imports.domain.files.decoding import decode
from intercoop_directory.imports.domain.files.lines import Line
from intercoop_directory.imports.domain.files.protection import UNREADABLE
from intercoop_directory.imports.domain.files.sources import Rows, TextRows
from intercoop_directory.imports.domain.files.workbook import (
    ENCODING,
    is_workbook,
    read_workbook,
)
from intercoop_directory.imports.domain.heads import REQUIRED
from intercoop_directory.imports.domain.kept import IGNORED, Import, Upload
from intercoop_directory.imports.domain.table import open_table
from intercoop_directory.imports.handlers.sheets import MAX_BYTES
from intercoop_directory.imports.store import imports, rows

_LONGEST_NAME: Final = 200
CHOICES: Final = tuple(
    column.field for column in COLUMNS if column.field not in {AS_OF, TO_CORRECT}
)
"""The fields that a column may be said to have."""

_TOO_LARGE: Final = Refusal(
    "file",
    Sentence("dépasse 10 Mo", "is larger than 10 MB"),
    Sentence("Importez-le en plusieurs fichiers", "Import it as several files"),
)
_NO_FILE: Final = Refusal(
    "file",
    Sentence("est vide", "is empty"),
    Sentence("Choisissez un fichier", "Choose a file"),
)
_NO_ROWS: Final = Refusal(
    "file",
    Sentence("n'a que des titres", "has nothing but headings"),
    Sentence("Ajoutez des lignes sous les titres", "Add rows below the headings"),
)


@dataclass(frozen=True, slots=True)
class Choice:
    """What was chosen: a field, or `IGNORED`, for each column, seen at a revision."""

    columns: tuple[str, ...]
    revision: int


def read_upload(file_name: str, data: bytes) -> Upload | Refused:
    """The table in a file, as far as it says what it is. Takes its time."""
    if not data:
        return Refused((_NO_FILE,))
    if len(data) > MAX_BYTES:
        return Refused((_TOO_LARGE,))
    rows_of, encoding = _rows_of(data)
    table = rows_of if isinstance(rows_of, Refusal) else open_table(rows_of)
    if isinstance(table, Refusal):
        return Refused((table,))
    if not table.lines:
        return Refused((_NO_ROWS,))
    return Upload(_shown_name(file_name), hashlib.sha256(data).digest(), encoding, table)


def _rows_of(data: bytes) -> tuple[Rows | Refusal, str]:
    """The rows of a workbook or of a CSV, and how it was written."""
    if is_workbook(data):
        return read_workbook(data), ENCODING
    decoded = decode(data)
    if isinstance(decoded, Refusal):
        return decoded, ""
    return TextRows(decoded.text), decoded.encoding


async def start(upload: Upload, who: UUID, tx: Transaction) -> Import:
    """Keep a file, with what its columns seem to be."""
    table = upload.table
    fields = {place: field for field, place in table.columns.items() if field in CHOICES}
    kept = Import(
        id=tx.new_id(),
        file_name=upload.file_name,
        digest=upload.digest,
        sent_by=who,
        sent_at=tx.now,
        encoding=upload.encoding,
        separator=table.separator,
        headings=tuple(map(_storable, table.headings)),
        columns=tuple(fields.get(place, IGNORED) for place in range(len(table.headings))),
    )
    await imports.insert(kept, tx)
    await rows.insert(kept.id, (_storable_line(line) for line in table.lines), tx)
    return kept


async def get(import_id: UUID, tx: Transaction) -> Import:
    """Raises `NotFoundError`."""
    kept = await imports.get(import_id, tx)
    if kept is None:
        raise no_such_import()
    return kept


async def lock(import_id: UUID, tx: Transaction) -> Import:
    """The same, and nobody else changes it before the transaction ends."""
    kept = await imports.lock(import_id, tx)
    if kept is None:
        raise no_such_import()
    return kept


def no_such_import() -> NotFoundError:
    return NotFoundError("There is no such import, or it was sent more than 30 days ago")


async def choose(import_id: UUID, choice: Choice, tx: Transaction) -> Import | Refused | None:
    """Say what the columns are. None where somebody has changed it since it was seen.

    Raises `ConflictError` for one of which rows have been applied.
    """
    kept = await lock(import_id, tx)
    if kept.has_begun:
        raise ConflictError("Rows of this import have been applied: send the file again")
    if choice.columns == kept.columns:
        return _examined(choice.columns, kept) or kept
    if choice.revision != kept.revision:
        return None
    if refused := _examined(choice.columns, kept):
        return refused
    chosen = replace(kept, columns=choice.columns, revision=kept.revision + 1)
    await imports.update(chosen, tx)
    return chosen


async def discard(import_id: UUID, tx: Transaction) -> None:
    """Forget an import of which nothing has been applied. Raises `ConflictError` otherwise."""
    kept = await imports.lock(import_id, tx)
    if kept is None:
        return
    if kept.has_begun:
        raise ConflictError("Rows of this import have been applied: undo it instead")
    await imports.delete(import_id, tx)


def of_people(headings: Sequence[str]) -> frozenset[int]:
    """The places of columns about people, of which nothing is kept."""
    return people_lists.places_of_people(headings)


def _examined(columns: Sequence[str], kept: Import) -> Refused | None:
    named = [field for field in columns if field != IGNORED]
    refusals = [
        Refusal(f"columns.{place}", *_TWICE)
        for place, field in enumerate(columns)
        if field != IGNORED and field in columns[:place]
    ]
    refusals += [
        Refusal(f"columns.{place}", *_OF_A_PERSON)
        for place in sorted(of_people(kept.headings))
        if columns[place] != IGNORED
    ]
    if REQUIRED not in named:
        refusals.append(Refusal("columns", *_NAMELESS))
    return Refused(tuple(refusals)) if refusals else None


_TWICE: Final = (
    Sentence("dit la même chose qu'une autre colonne", "says the same as another column"),
    Sentence("Gardez-en une seule", "Keep one of them"),
)
_OF_A_PERSON: Final = (
    Sentence("parle d'une personne", "is about a person"),
    Sentence("Laissez-la de côté", "Leave it aside"),
)
_NAMELESS: Final = (
    Sentence("ne disent pas où est la raison sociale", "do not say where the name is"),
    Sentence(
        "Choisissez la colonne qui la contient",
        "Choose the column that has the organisations' names",
    ),
)


def _shown_name(file_name: str) -> str:
    """The last part of a path, in a line."""
    bare = file_name.replace("\\", "/").rpartition("/")[2]
    return tidy(_storable("".join(c if c.isprintable() else " " for c in bare)))[:_LONGEST_NAME]


def _storable(text: str) -> str:
    """Without what PostgreSQL has no room for."""
    return text.replace("\0", UNREADABLE).encode("utf-8", "replace").decode()


def _storable_line(line: Line) -> Line:
    return replace(line, cells=tuple(map(_storable, line.cells)))


def typed_cells(typed: Mapping[str, str]) -> dict[str, str]:
    """What was typed in the place of cells, as it can be kept."""
    return {field: _storable(text) for field, text in typed.items()}
