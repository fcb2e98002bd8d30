"""The form of a row: the cells that are wrong, and those that contradict them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from fastapi import Request
from pydantic import TypeAdapter, ValidationError
from starlette.responses import Response

from intercoop_chassis.context import Context
from intercoop_chassis.pages import Fault, Form, new_once
from intercoop_chassis.pages.menu import N_
from intercoop_chassis.pages.words import Words
from intercoop_directory.imports.domain.kept import Import
from intercoop_directory.imports.domain.rows import MAX_SHOWN
from intercoop_directory.imports.handlers.previewing import cell_of
from intercoop_directory.imports.pages.rendering import OK, TEMPLATES, ImportWords, step_page
from intercoop_directory.imports.store.rows import OpenRow
from intercoop_directory.people.store import names_of

CELL: Final = "cell."
SEEN: Final = TypeAdapter(dict[str, str])
_TOGETHER: Final = (
    ("commune.name", "commune.postcode", "commune.code", "commune.departement"),
    ("siren", "siret"),
    ("statute", "form"),
    ("joined", "left"),
)
"""Columns that contradict each other are corrected together."""

_REMEDIES: Final[Mapping[str, str]] = {
    "name": "siren",
    "union": "joined",
    "federations": "joined",
    "commune.postcode": "commune.name",
}
"""Where what is wrong in one column is put right by another, which the file may not have."""


_FAULT: Final = N_("This field %(why)s. %(remedy)s.")


@dataclass(frozen=True, slots=True)
class RowPage:
    """The page of one row of an import; it keeps the fields that were sent, whatever is wrong."""

    request: Request
    context: Context
    kept: Import
    row: OpenRow
    sent: tuple[str, ...] = ()

    @property
    def said(self) -> Words:
        return TEMPLATES.words(self.request)

    @property
    def offered(self) -> tuple[str, ...]:
        """The fields that the form has: those that are wrong, and what may contradict them."""
        there = self.kept.place_of
        wanted = dict.fromkeys((*self._wanted(), *self.sent))
        return tuple(sorted(wanted, key=lambda field: there.get(field, len(self.kept.headings))))

    def _wanted(self) -> tuple[str, ...]:
        there, row = self.kept.place_of, self.row
        wrong = [str(fault["field"]) for fault in faults_of(row)]
        is_wide = len(row.kept.line.cells) > len(self.kept.headings)
        if is_wide or not wrong or "" in wrong:
            return (*there, *row.kept.corrections)
        found = [*wrong]
        for field in wrong:
            found += [_REMEDIES[field]] if field in _REMEDIES else []
            found += [one for kin in _TOGETHER if field in kin for one in kin if one in there]
        return tuple(found)

    def form(self, typed: Mapping[str, str]) -> Form[Any]:  # Any: no model, fields are the file's
        """The cells, or what was typed in their place, with what is wrong with each."""
        cells = {CELL + field: typed.get(field, self._cell(field)) for field in self.offered}
        texts: dict[str, list[str]] = {}
        for fault in faults_of(self.row):
            if fault["field"]:
                text = self.said.gettext(_FAULT) % self._sentences(fault)
                texts.setdefault(CELL + fault["field"], []).append(text)
        return Form(cells, tuple(Fault(name, " ".join(each)) for name, each in texts.items()))

    async def answer(
        self,
        form: Form[Any],  # Any: as above
        *,
        is_stale: bool = False,
        status: int = OK,
    ) -> Response:
        """`is_stale` where somebody else has corrected it since it was seen."""
        values = {
            "form": form,
            "row": self.row.shown,
            "labels": {CELL + field: self._name(field) for field in self.offered},
            "others": self._others(),
            "of_row": [self._of_row(one) for one in faults_of(self.row) if not one["field"]],
            "seen": SEEN.dump_json(dict(self.row.kept.corrections)).decode(),
            "once": new_once(),
            "is_stale": is_stale,
            "by": await self._corrected_by() if is_stale else "",
        }
        return step_page(self.request, "row.html", self.kept, values, status=status)

    async def _corrected_by(self) -> str:
        who = self.row.corrected_by
        if who is None:
            return ""
        async with self.context.db.statement() as tx:
            return (await names_of({who}, tx)).get(who, "")

    def _cell(self, field: str) -> str:
        return cell_of(self.kept, self.row.kept, field)

    def _of_row(self, fault: Mapping[str, Any]) -> str:  # Any: JSON
        said = self._sentences(fault)
        return f"{fault['column']} {said['why']}. {said['remedy']}."

    def _sentences(self, fault: Mapping[str, Any]) -> dict[str, str]:  # Any: JSON
        words = ImportWords(self.said)
        return {
            "why": words.sentence(fault["reason"]),
            "remedy": words.sentence(fault["remedy"]),
        }

    def _name(self, field: str) -> str:
        """A field as the file calls it, else as we do."""
        place = self.kept.place_of.get(field)
        heading = self.kept.headings[place].strip() if place is not None else ""
        return heading[:MAX_SHOWN] or ImportWords(self.said).label(field)

    def _others(self) -> Sequence[tuple[str, str]]:
        """The other cells of the row, by their headings."""
        return [
            (self._name(field), self._cell(field)[:MAX_SHOWN])
            for field in self.kept.place_of
            if field not in self.offered and self._cell(field).strip()
        ]


def faults_of(row: OpenRow) -> Sequence[Mapping[str, Any]]:  # Any: JSON
    """What is wrong with a row; nothing where it changes something."""
    return [one for one in row.shown.details if "reason" in one]


def seen_in(sent: Mapping[str, str]) -> dict[str, str]:
    """What the form has shown as corrected."""
    try:
        return SEEN.validate_json(sent.get("seen", ""))
    except ValidationError:
        return {}
