"""Organisations and refused rows written as CSV, so that spreadsheets and the import read them."""

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Final

from intercoop_contracts.directory import Kind, LinkKind, OrganisationView, Statute
from intercoop_directory.imports.domain.cells import is_formula
from intercoop_directory.imports.domain.columns import HEADINGS
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
_AS_OF: Final = "Situation au"


def export_heading() -> str:
    """The first line of an export, with the mark that says UTF-8."""
    headings = [HEADINGS[field] for field in ("id", "owner", *_CELLS, *_LINK_COLUMNS.values())]
    return BOM + _line([*headings, _AS_OF])


def export_lines(organisations: Iterable[KnownOrganisation], today: date) -> str:
    """A line for each; memberships are those of `today`."""
    return "".join(_line(_cells(known, today)) for known in organisations)


def rejected_csv(table: Table, errors: Sequence[RowError]) -> str:
    """The refused rows as they came, each with what is wrong: to correct and to import again."""
    said: dict[int, list[str]] = {}
    for error in errors:
        text = f"{error.column} : {error.reason.fr}. {error.remedy.fr}."
        said.setdefault(error.row, []).append(text)
    width = len(table.headings)
    lines = [_line([*table.headings, "À corriger"])]
    for line in table.lines:
        if line.number in said:
            cells = [*line.cells, *[""] * (width - len(line.cells))]
            lines.append(_line([*cells, " ".join(said[line.number])]))
    return BOM + "".join(lines)


def _cells(known: KnownOrganisation, today: date) -> list[object]:
    view = known.view
    held = [link for link in links_of(view) if link.holds_on(today)]
    return [
        known.id,
        known.owner,
        *(cell(view) for cell in _CELLS.values()),
        *(_memberships(held, kind) for kind in _LINK_COLUMNS),
        known.as_of.isoformat(timespec="seconds"),
    ]


def _memberships(links: Iterable[Link], kind: LinkKind) -> str:
    return ", ".join(f"{link.owner} ({link.since})" for link in links if link.kind is kind)


def _yes_no(*, is_so: bool) -> str:
    return "oui" if is_so else "non"


def _line(cells: Sequence[object]) -> str:
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=_SEPARATOR)
    writer.writerow([_harmless("" if cell is None else str(cell)) for cell in cells])
    return buffer.getvalue()


def _harmless(text: str) -> str:
    """With an apostrophe before it no spreadsheet takes a text for a formula."""
    return f"'{text}" if is_formula(text) else text
