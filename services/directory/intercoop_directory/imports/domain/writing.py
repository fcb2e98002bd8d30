"""Organisations and refused rows written as CSV, so that spreadsheets and the import read them."""

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Final

from intercoop_contracts.directory import Kind, LinkKind, OrganisationView, Statute
from intercoop_directory.imports.domain.columns import AS_OF, HEADINGS, TO_CORRECT
from intercoop_directory.imports.domain.files.lines import Line
from intercoop_directory.imports.domain.files.protection import (
    as_number_or_text,
    as_text,
    clean,
    is_text_constant,
    without_formula,
)
from intercoop_directory.imports.domain.rows import RowError
from intercoop_directory.imports.domain.table import Table
from intercoop_directory.organisations.domain.known import KnownOrganisation
from intercoop_directory.organisations.domain.links import Link
from intercoop_directory.organisations.domain.views import links_of

BOM: Final = "\ufeff"
"""Without it spreadsheets take UTF-8 for an older encoding."""

_SEPARATOR: Final = ";"
_KINDS: Final = {
    Kind.COOPERATIVE: "coopérative",
    Kind.UNION: "union",
    Kind.FEDERATION: "fédération",
    Kind.PROJECT: "projet",
}
_STATUTES: Final = {
    Statute.SCOP: "Scop",
    Statute.SCIC: "Scic",
    Statute.LOI47: "Loi 47",
    Statute.OTHER: "Autre",
}

_Cell = Callable[[OrganisationView], object]
_CELLS: Final[dict[str, _Cell]] = {
    "name": lambda view: view.name,
    "acronym": lambda view: view.acronym,
    "siren": lambda view: view.siren,
    "kind": lambda view: _KINDS[view.kind],
    "statute": lambda view: _STATUTES[view.statute],
    "form": lambda view: view.form,
    "is_cae": lambda view: _yes_no(is_so=view.is_cae),
    "trade": lambda view: view.trade,
    "headcount": lambda view: view.headcount,
    "commune.code": lambda view: view.commune and view.commune.code,
    "commune.name": lambda view: view.commune and view.commune.name,
    "commune.postcode": lambda view: view.commune and view.commune.postcode,
    "commune.departement": lambda view: view.commune and view.commune.departement,
    "contact.email": lambda view: view.contact.email,
    "contact.phone": lambda view: view.contact.phone,
    "contact.website": lambda view: view.contact.website,
    "expertise": lambda view: ", ".join(view.expertise),
    "joined": lambda view: view.joined,
    "left": lambda view: view.left,
    "is_sample": lambda view: _yes_no(is_so=view.is_sample),
}
_LINK_COLUMNS: Final = {LinkKind.UNION: "union", LinkKind.FEDERATION: "federations"}
_Protect = Callable[[str], str]
_PROTECTIONS: Final[dict[str, _Protect]] = {
    "owner": as_text,
    "name": as_text,
    "acronym": as_text,
    "expertise": as_text,
    "contact.phone": as_number_or_text,
}
"""The others are written as people write them; what a spreadsheet makes of them is understood."""

_SAMPLE: Final = (
    "name", "siren", "statute", "form", "trade", "headcount", "commune.name", "commune.postcode",
    "contact.email", "contact.phone", "expertise", "joined", "is_sample",
)  # fmt: skip
_SAMPLES: Final = (
    [
        "Menuiserie Exemple", "000123455", "Scop", "SARL", "43.32A", "14", "Toulouse",
        "31000", "contact@menuiserie.example", "05 61 00 00 00", "machines, locaux", "2012-03-01",
        "oui",
    ],
    [
        "Imprimerie Exemple", "", "Scic", "SAS", "18.12Z", "9", "Aurillac", "15000",
        "bonjour@imprimerie.example", "04 71 00 00 00", "", "2019-09-15", "oui",
    ],
)  # fmt: skip
_EXPORTED: Final = ("id", "owner", *_CELLS, *_LINK_COLUMNS.values(), AS_OF)


def export_heading() -> str:
    """The first line of an export, with the mark that says UTF-8."""
    return BOM + _line([HEADINGS[field] for field in _EXPORTED])


def sample_csv() -> str:
    """A file as it can be imported, to begin with: of organisations that there are not."""
    lines = [[HEADINGS[field] for field in _SAMPLE], *_SAMPLES]
    return BOM + "".join(map(_line, lines))


def export_lines(organisations: Iterable[KnownOrganisation], today: date) -> str:
    """A line for each; memberships are those of `today`."""
    return "".join(_line(_cells(known, today)) for known in organisations)


def rejected_csv(table: Table, errors: Sequence[RowError]) -> str:
    """The refused rows as they came, each with what is wrong: to correct and to import again.

    Read, corrected or not, and refused again they are written the same.
    """
    said: dict[int, list[str]] = {}
    for error in errors:
        text = f"{error.column} : {error.reason.fr}. {error.remedy.fr}."
        said.setdefault(error.row, []).append(text)
    places = [at for at in range(len(table.headings)) if at not in table.remarks]
    headings = [_verbatim(table.headings[at]) for at in places]
    lines = [_line([*headings, HEADINGS[TO_CORRECT]])]
    for line in table.lines:
        if line.number in said:
            text = without_formula(" ".join(said[line.number]))
            lines.append(_line([*_as_it_came(table, line, places), text, *_beyond(table, line)]))
    return BOM + "".join(lines)


def _as_it_came(table: Table, line: Line, places: Sequence[int]) -> list[str]:
    fields = {place: field for field, place in table.columns.items()}
    cells = dict(enumerate(line.cells))
    return [_came(cells.get(at, ""), fields.get(at)) for at in places]


def _beyond(table: Table, line: Line) -> list[str]:
    """The cells that have no column stand behind the remark, as they did when it was there."""
    return [_verbatim(cell) for cell in line.cells[len(table.headings) :]]


def _came(cell: str, field: str | None) -> str:
    """A cell that says what it said, and that no spreadsheet runs or changes."""
    if field is None or is_text_constant(cell):
        return _verbatim(cell)
    return _PROTECTIONS.get(field, without_formula)(clean(cell))


def _verbatim(cell: str) -> str:
    """A cell that nobody reads here, or that is safe as it is."""
    if cell.startswith("'") or is_text_constant(cell):
        return cell
    return without_formula(cell)


def _cells(known: KnownOrganisation, today: date) -> list[str]:
    view = known.view
    held = [link for link in links_of(view) if link.holds_on(today)]
    values = {
        "id": known.id,
        "owner": known.owner,
        **{field: cell(view) for field, cell in _CELLS.items()},
        **{field: _memberships(held, kind) for kind, field in _LINK_COLUMNS.items()},
        AS_OF: known.as_of.isoformat(timespec="seconds"),
    }
    return [_protected(field, values[field]) for field in _EXPORTED]


def _protected(field: str, value: object) -> str:
    text = "" if value is None else str(value)
    return _PROTECTIONS.get(field, without_formula)(text)


def _memberships(links: Iterable[Link], kind: LinkKind) -> str:
    return ", ".join(f"{link.owner} ({link.since})" for link in links if link.kind is kind)


def _yes_no(*, is_so: bool) -> str:
    return "oui" if is_so else "non"


def _line(cells: Sequence[str]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer, delimiter=_SEPARATOR).writerow(cells)
    return buffer.getvalue()
