"""What stands on every page of imports: the steps, and what the fields of a file are called."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from fastapi import Request
from starlette.responses import Response

from intercoop_chassis.context import Context
from intercoop_chassis.pages import Templates
from intercoop_chassis.pages.menu import N_
from intercoop_chassis.pages.negotiate import Language
from intercoop_chassis.pages.typography import typographic
from intercoop_chassis.pages.words import Words
from intercoop_directory.imports.domain.kept import Import, State
from intercoop_directory.imports.handlers.opening import get
from intercoop_directory.organisations.pages.form_page import LABELS

TEMPLATES: Final = Templates(
    Path(__file__).parents[1] / "templates", Path(__file__).parents[2] / "locale"
)
LIST: Final = "/directory/imports"
OK: Final = 200
CONFLICT: Final = 409
UNPROCESSABLE: Final = 422
ROWS_OF_A_PAGE: Final = 50
_MOST_DIGITS: Final = 9

STEPS: Final = (N_("File"), N_("Columns"), N_("Preview"), N_("Apply"))
FIELDS: Final = {
    **LABELS,
    "id": N_("Identifier"),
    "owner": N_("Instance"),
    "siret": N_("SIRET"),
    "commune.code": N_("INSEE code of the commune"),
    "commune.name": N_("Commune"),
    "commune.postcode": N_("Post code"),
    "commune.departement": N_("Département"),
    "union": N_("Union"),
    "federations": N_("Federations"),
    "is_sample": N_("Sample"),
}
"""What a field of a file, or of the record, is called."""

_YES_NO: Final = {"true": N_("yes"), "false": N_("no")}
VALUES: Final[Mapping[str, Mapping[str, str]]] = {
    "statute": {
        "scop": "Scop",
        "scic": "Scic",
        "loi47": N_("Act of 1947"),
        "other": N_("Other statute"),
    },
    "kind": {
        "cooperative": N_("Co-operative"),
        "union": N_("Union"),
        "federation": N_("Federation"),
        "project": N_("Project"),
    },
    "is_cae": _YES_NO,
    "is_sample": _YES_NO,
}
"""What values of a record are called; the others are said as they are."""


def address_of(import_id: UUID, step: str) -> str:
    return f"{LIST}/{import_id}/{step}"


def home_of(kept: Import) -> str:
    """The page on which an import goes on."""
    if kept.state is State.OPEN:
        step = "columns" if kept.planned_revision is None else "preview"
        return address_of(kept.id, step)
    return address_of(kept.id, "apply")


@dataclass(frozen=True, slots=True)
class ImportWords:
    """What fields, values and refusals of an import are called in somebody's language."""

    said: Words

    def label(self, field: str) -> str:
        return self.said.gettext(FIELDS.get(field, field))

    def value(self, field: str, text: str) -> str:
        """A value of a record, as it is kept for showing."""
        named = VALUES.get(field, {}).get(text)
        return self.said.gettext(named) if named else text

    def sentence(self, texts: Mapping[str, str]) -> str:
        """A sentence of a refusal, as it is read on a screen."""
        return typographic(texts["fr"]) if self.said.language is Language.FR else texts["en"]


def number_in(sent: Mapping[str, str], name: str) -> int:
    """A whole number that a form carries along; 0 where it is none."""
    text = sent.get(name, "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= _MOST_DIGITS else 0


async def known(import_id: UUID, context: Context) -> Import:
    """Raises `NotFoundError`."""
    async with context.db.statement() as tx:
        return await get(import_id, tx)


def step_page(
    request: Request,
    name: str,
    kept: Import,
    values: Mapping[str, Any],  # Any: a template's values
    *,
    status: int = OK,
) -> Response:
    """A page of an import, with the way through all its steps."""
    said = TEMPLATES.words(request)
    around = {
        "kept": kept,
        "steps_of": [said.gettext(text) for text in STEPS],
        "here": f"{LIST}/{kept.id}",
        "words": ImportWords(said),
    }
    return TEMPLATES.page(request, f"imports/{name}", {**around, **values}, status=status)
