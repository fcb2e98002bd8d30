"""The first sheet of a workbook (XLSX) as rows of texts, within bounds that are looked at before.

Its reader holds a sheet as a whole grid: a cell far out would take all memory.
"""

import re
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime, time
from io import BytesIO
from typing import Final

from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from intercoop_chassis.refusals import Refusal, Sentence
from intercoop_directory.imports.domain.files.sources import SheetRows

ENCODING: Final = "xlsx"
_ARCHIVE: Final = b"PK\x03\x04"
_BOOK: Final = "xl/workbook.xml"
_CELL: Final = re.compile(
    rb"""<(?:\w+:)?(?:c|dimension)\s[^>]*?\br(?:ef)?=["'](?:[A-Z]+\d+:)?([A-Z]{1,3})(\d{1,7})["']"""
)
_ROW: Final = re.compile(rb"""<(?:\w+:)?row\s[^>]*?\br=["'](\d{1,7})["']""")
_ENCODED: Final = re.compile(rb"""<(?:\w+:)?(?:c|row)\s[^>]*?\br=["'][^"']*&""")
_BEGINNING: Final = 1000
_MOST_BYTES: Final = 200_000_000
_MOST_ROWS: Final = 200_000
_MOST_CELLS: Final = 5_000_000
_CHUNK: Final = 1_000_000
_LETTERS: Final = 26

_FAULTS: Final = (
    CalamineError,
    zipfile.BadZipFile,
    NotImplementedError,
    RuntimeError,
    OSError,
    EOFError,
    zlib.error,
)
"""What the readers raise for a file that is broken, sealed, or packed in a way of its own."""

Value = int | float | str | bool | time | date | datetime | object


def is_workbook(data: bytes) -> bool:
    """Whether a file is an XLSX workbook by what is in it."""
    if not data.startswith(_ARCHIVE):
        return False
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            return _BOOK in archive.namelist()
    except zipfile.BadZipFile:
        return False


def read_workbook(data: bytes) -> SheetRows | Refusal:
    """The rows of its first sheet that is seen and not empty. Takes its time."""
    try:
        if refusal := _out_of_bounds(data):
            return refusal
        with CalamineWorkbook.from_filelike(BytesIO(data)) as book:
            return _first_sheet(book)
    except _FAULTS:
        return _UNREADABLE


def _first_sheet(book: CalamineWorkbook) -> SheetRows | Refusal:
    for sheet in book.sheets_metadata:
        is_seen = sheet.visible is SheetVisibleEnum.Visible
        if sheet.typ is not SheetTypeEnum.WorkSheet or not is_seen:
            continue
        rows = book.get_sheet_by_name(sheet.name).to_python(skip_empty_area=False)
        texts = tuple(tuple(map(_text, row)) for row in rows)
        if any(any(row) for row in texts):
            return SheetRows(texts)
    return _EMPTY


def _out_of_bounds(data: bytes) -> Refusal | None:
    """What is too large when it is unpacked; each part is, so that no header is believed."""
    with zipfile.ZipFile(BytesIO(data)) as archive:
        if sum(one.file_size for one in archive.infolist()) > _MOST_BYTES:
            return _TOO_LARGE
        for one in archive.infolist():
            content = b"".join(_unpacked(archive, one))
            if _is_wide(content):
                return _TOO_LARGE
    return None


def _unpacked(archive: zipfile.ZipFile, one: zipfile.ZipInfo) -> Iterator[bytes]:
    with archive.open(one) as part:
        while chunk := part.read(_CHUNK):
            yield chunk


def _is_wide(part: bytes) -> bool:
    """Whether the grid from its first cell to its furthest is larger than any list.

    So is one whose cells do not say plainly where they are.
    """
    if _ENCODED.search(part) or (part.lstrip()[:1] != b"<" and b"<\0" in part[:_BEGINNING]):
        return True
    rows = max((int(number) for number in _ROW.findall(part)), default=1)
    columns = 1
    for letters, number in _CELL.findall(part):
        rows, columns = max(rows, int(number)), max(columns, _column(letters))
    return rows > _MOST_ROWS or rows * columns > _MOST_CELLS


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * _LETTERS + letter - ord("A") + 1
    return number


def _text(value: Value) -> str:
    """A cell as people would write it in a CSV."""
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        is_day = value.time() == time.min
        return value.date().isoformat() if is_day else value.isoformat(" ")
    return str(value)


def _refusal(reason: Sentence, remedy: Sentence) -> Refusal:
    return Refusal("file", reason, remedy)


_UNREADABLE: Final = _refusal(
    Sentence("n'est pas un classeur lisible", "is no readable workbook"),
    Sentence(
        "Enregistrez-le de nouveau sans mot de passe, ou en CSV UTF-8",
        "Save it again without a password, or as CSV UTF-8",
    ),
)
_EMPTY: Final = _refusal(
    Sentence("n'a que des feuilles vides", "has nothing but empty sheets"),
    Sentence("Choisissez un autre fichier", "Choose another file"),
)
_TOO_LARGE: Final = _refusal(
    Sentence(
        "est trop grand une fois ouvert, ou a une cellule très loin des autres",
        "is too large once it is open, or has a cell far away from the others",
    ),
    Sentence("Copiez la liste dans un nouveau classeur", "Copy the list into a new workbook"),
)
