"""People written as CSV, so that spreadsheets read it; it stays with whoever asked for it."""

import csv
import io
from collections.abc import Iterable, Mapping
from typing import Final
from uuid import UUID

from intercoop_contracts.directory import ContactKind, Language, Role
from intercoop_directory.imports.domain.files.protection import as_number_or_text, as_text
from intercoop_directory.imports.domain.writing import BOM
from intercoop_directory.people.domain import Mandate, PersonRecord
from intercoop_directory.roster.domain.listed import AccountState

_SEPARATOR: Final = ";"
_HEADINGS: Final = (
    *("Nom", "Prénom", "Adresses électroniques", "Téléphones"),
    *("Langue", "Compte", "Mandats", "Identifiant"),
)
_LANGUAGES: Final = {Language.FR: "français", Language.EN: "anglais"}
_STATES: Final = {
    AccountState.NONE: "sans compte",
    AccountState.INVITED: "invitée",
    AccountState.ACTIVE: "a un compte",
}
_ROLES: Final = {
    Role.ASSOCIATE: "associé·e",
    Role.EMPLOYEE: "salarié·e",
    Role.MANAGER: "gérant·e",
    Role.ELECTED: "élu·e",
    Role.BOARD: "membre du conseil",
    Role.ADVISER: "délégué·e",
    Role.STAFF: "permanent·e",
    Role.OPERATOR: "exploitant·e",
}


def heading_line() -> str:
    """The first line, with the mark that says UTF-8."""
    return BOM + _line(_HEADINGS)


def person_line(
    person_id: UUID, record: PersonRecord, state: AccountState, names: Mapping[UUID, str]
) -> str:
    """A line; `names` are those of the organisations."""
    mandates = (_written(mandate, names) for mandate in record.mandates)
    return _line(
        (
            as_text(record.family_name),
            as_text(record.given_name),
            as_text(_values(record, ContactKind.EMAIL)),
            as_number_or_text(_values(record, ContactKind.PHONE)),
            _LANGUAGES[record.language],
            _STATES[state],
            as_text(" | ".join(mandates)),
            str(person_id),
        )
    )


def _values(record: PersonRecord, kind: ContactKind) -> str:
    return ", ".join(point.value for point in record.contact_points if point.kind is kind)


def _written(mandate: Mandate, names: Mapping[UUID, str]) -> str:
    where = names.get(mandate.organisation_id, str(mandate.organisation_id))
    until = f" au {mandate.until}" if mandate.until else ""
    return f"{_ROLES[mandate.role]}, {where} (du {mandate.since}{until})"


def _line(cells: Iterable[str]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer, delimiter=_SEPARATOR).writerow(cells)
    return buffer.getvalue()
