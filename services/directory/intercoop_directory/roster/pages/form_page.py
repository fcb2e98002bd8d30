"""The page with the form of a person: of somebody new, of a record, or with what to correct."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from intercoop_chassis.context import Context
from intercoop_chassis.http.request_context import today
from intercoop_chassis.pages import Fault, Form, new_once
from intercoop_chassis.pages.menu import N_
from intercoop_chassis.pages.words import Words
from intercoop_directory.people.domain import Person, person_view
from intercoop_directory.roster.pages.form import PersonForm, point_rows, typed_of
from intercoop_directory.roster.pages.mandate_form import Option
from intercoop_directory.roster.pages.rendering import GIVEN, LIST, OK, TEMPLATES, WRONG, page

LABELS: Final = {
    "given_name": N_("First name"),
    "family_name": N_("Name"),
    "language": N_("Language"),
    "contact_points": N_("Contact"),
    "organisation": N_("Organisation"),
    "role": N_("Role"),
    "since": N_("Since"),
    "until": N_("Until"),
    "mandates": N_("Mandates"),
}


@dataclass(frozen=True, slots=True)
class Wrong:
    """A form with something to correct, and the organisations that may be meant in it."""

    form: Form[PersonForm]
    organisations: Sequence[Option] = ()


class FormPage:
    """The page, for one request; of a person who is there where it has an id."""

    def __init__(self, request: Request, context: Context, of: UUID | None = None) -> None:
        self.request = request
        self.context = context
        self.said: Words = TEMPLATES.words(request)
        self.back = f"{LIST}/{of}" if of else LIST
        self.here = f"{self.back}/edit" if of else f"{LIST}/new"
        self._is_new = of is None

    def fresh(self, organisation: str = "") -> Response:
        """With nothing in it but what is usual, and this organisation's name."""
        typed = {"since": today(self.context).isoformat(), "organisation": organisation}
        return self._page(Wrong(Form({"language": "fr", **typed})), {})

    def of(self, person: Person) -> Response:
        """With what is said of the person now."""
        form: Form[PersonForm] = Form(typed_of(person.record))
        return self._page(Wrong(form), carried(person), person.record.full_name)

    def again(self, sent: Mapping[str, str], wrong: Wrong, name: str = "") -> Response:
        """With what was typed, and what to correct."""
        kept = {field: sent[field] for field in ("version", "was") if field in sent}
        return self._page(Wrong(_sorted(wrong.form), wrong.organisations), kept, name)

    def label(self, field: str) -> str:
        """What a field is called."""
        text = LABELS.get(field) or LABELS.get(field.partition(".")[0])
        return self.said.gettext(text) if text else field

    def _page(self, wrong: Wrong, kept: Mapping[str, str], name: str = "") -> Response:
        form = wrong.form
        values: dict[str, Any] = {  # Any: a template's values
            "form": form,
            "name": name,
            "kept": {**kept, "once": new_once()},
            "rows": point_rows(form.typed),
            "organisations": wrong.organisations,
            "roles": [role.value for role in GIVEN],
            "labels": {fault.field: self.label(fault.field) for fault in form.faults},
            "here": self.here,
            "back": self.back,
            "is_new": self._is_new,
        }
        return page(self.request, "form.html", values, status=WRONG if form.faults else OK)


def carried(person: Person) -> dict[str, str]:
    """What the form carries along: the version that it shows, and what that says."""
    return {"version": str(person.version), "was": person_view(person.record).model_dump_json()}


def _sorted(form: Form[PersonForm]) -> Form[PersonForm]:
    """What to correct in the order of the fields, one thing at each."""
    first: dict[str, Fault] = {}
    for fault in form.faults:
        first.setdefault(fault.field, fault)
    places = {field: place for place, field in enumerate(LABELS)}
    of_field = {name: places.get(name.partition(".")[0], len(places)) for name in first}
    return form.with_faults(*sorted(first.values(), key=lambda fault: of_field[fault.field]))
