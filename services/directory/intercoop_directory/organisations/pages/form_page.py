"""The page with the form of an organisation: fresh, of a record, or again with what to correct."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from intercoop_chassis.context import Context
from intercoop_chassis.http import today
from intercoop_chassis.pages import Form, new_once
from intercoop_chassis.pages.menu import N_
from intercoop_chassis.pages.words import Words
from intercoop_chassis.postgres import Transaction
from intercoop_directory.organisations.domain.organisation import Organisation, OrganisationRecord
from intercoop_directory.organisations.domain.views import organisation_view
from intercoop_directory.organisations.pages.asked import LIST
from intercoop_directory.organisations.pages.form import OrganisationForm, link_rows, typed_of
from intercoop_directory.organisations.pages.meaning import Option
from intercoop_directory.organisations.pages.rendering import TEMPLATES
from intercoop_directory.organisations.store import own
from intercoop_directory.organisations.store.owners import all_owners, owner_names
from intercoop_directory.trades.handlers import nomenclature

_OK: Final = 200
_FIELDS: Final = {"commune.postcode": "commune", "commune.code": "commune"}
"""Parts of the record that are one field of the form."""

_UNPROCESSABLE: Final = 422
LABELS: Final = {
    "name": N_("Name"),
    "acronym": N_("Acronym"),
    "kind": N_("Kind"),
    "statute": N_("Statute"),
    "form": N_("Legal form"),
    "is_cae": N_("Activity and employment co-operative (CAE)"),
    "siren": N_("SIREN"),
    "trade": N_("Trade"),
    "headcount": N_("Employees"),
    "expertise": N_("Expertise offered"),
    "commune": N_("Commune"),
    "contact.email": N_("E-mail"),
    "contact.phone": N_("Telephone"),
    "contact.website": N_("Site"),
    "links": N_("Memberships"),
    "joined": N_("Joined"),
    "left": N_("Left"),
}


@dataclass(frozen=True, slots=True)
class Wrong:
    """A form with something to correct, and what may be meant by the words in it."""

    form: Form[OrganisationForm]
    communes: Sequence[Option] = ()
    trades: Sequence[Option] = ()


class FormPage:
    """The page, for one request; of an organisation that is there where it has an id."""

    def __init__(self, request: Request, context: Context, of: UUID | None = None) -> None:
        self.request = request
        self.context = context
        self.said: Words = TEMPLATES.words(request)
        self.here = f"{LIST}/{of}/edit" if of else f"{LIST}/new"
        self._of = of

    def fresh(self, owners: Mapping[str, str]) -> Response:
        """With nothing in it but what is usual; `owners` are those that may be chosen."""
        typed = {
            "kind": "cooperative",
            "statute": "scop",
            "links.0.kind": "union",
            "links.0.owner": self.context.settings.owner,
            "links.0.since": today(self.context).isoformat(),
        }
        return self._page(Wrong(Form(typed)), {}, owners)

    def of(self, organisation: Organisation, owners: Mapping[str, str]) -> Response:
        """With what is said of it now; `owners` are those that may be chosen."""
        form: Form[OrganisationForm] = Form(shown(organisation.record))
        return self._page(Wrong(form), carried(organisation), owners, organisation.record.name)

    async def again(self, sent: Mapping[str, str], wrong: Wrong) -> Response:
        """With what was typed, and what to correct."""
        async with self.context.db.read() as tx:
            owners = await self.choice_of_owners(tx)
            saved = await own.read(self._of, tx) if self._of else None
        kept = {name: sent[name] for name in ("version", "was") if name in sent}
        name = saved.record.name if saved else ""
        return self._page(_sorted(wrong), kept, owners, name)

    async def owners(self, owners: Collection[str]) -> dict[str, str]:
        """What these are called, else their slugs."""
        async with self.context.db.read() as tx:
            named = await owner_names(owners, tx)
        return {owner: named.get(owner, owner) for owner in owners}

    def label(self, field: str) -> str:
        """What a field is called; of a membership the place of its row."""
        text = LABELS.get(field) or LABELS.get(field.partition(".")[0])
        return self.said.gettext(text) if text else field

    async def choice_of_owners(self, tx: Transaction) -> dict[str, str]:
        """Those of whom it may be a member, with what they are called, else their slugs."""
        known = {*await all_owners(tx), self.context.settings.owner}
        named = await owner_names(known, tx)
        return {owner: named.get(owner, owner) for owner in sorted(known)}

    def _page(
        self,
        wrong: Wrong,
        kept: Mapping[str, str],
        owners: Mapping[str, str],
        name: str = "",
    ) -> Response:
        status = _UNPROCESSABLE if wrong.form.faults else _OK
        values: dict[str, Any] = {  # Any: a template's values
            "form": wrong.form,
            "name": name,
            "communes": wrong.communes,
            "trades": wrong.trades,
            "kept": {**kept, "once": new_once()},
            "rows": link_rows(wrong.form.typed),
            "owners": owners,
            "labels": {fault.field: self.label(fault.field) for fault in wrong.form.faults},
            "here": self.here,
            "back": f"{LIST}/{self._of}" if self._of else LIST,
            "is_new": self._of is None,
        }
        return TEMPLATES.page(self.request, "organisations/form.html", values, status=status)


def _sorted(wrong: Wrong) -> Wrong:
    """What to correct in the order of the fields, one thing at each."""
    named = [
        replace(fault, field=_FIELDS.get(fault.field, fault.field)) for fault in wrong.form.faults
    ]
    first = {fault.field: fault for fault in reversed(named)}
    places = {field: place for place, field in enumerate(LABELS)}
    faults = sorted(first.values(), key=lambda fault: places.get(fault.field, len(places)))
    return Wrong(wrong.form.with_faults(*faults), wrong.communes, wrong.trades)


def shown(record: OrganisationRecord) -> dict[str, str]:
    """A record as the fields show it: its trade in words."""
    typed = typed_of(record)
    label = nomenclature().label(record.trade)
    return {**typed, "trade": f"{record.trade} {label}"} if label else typed


def carried(organisation: Organisation) -> dict[str, str]:
    """What the form carries along: the version that it shows, and what that says."""
    was = organisation_view(organisation.record).model_dump_json(exclude_defaults=True)
    return {"version": str(organisation.version), "was": was}
