"""Somebody else was quicker: what contradicts stands side by side, and nothing typed is lost."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from starlette.responses import Response

from intercoop_chassis.clock import PARIS
from intercoop_chassis.http import today
from intercoop_chassis.pages import new_once
from intercoop_directory.organisations.domain.organisation import OrganisationRecord
from intercoop_directory.organisations.handlers import Outdated
from intercoop_directory.organisations.pages.form import joined_links, links_written
from intercoop_directory.organisations.pages.form_page import FormPage, carried, shown
from intercoop_directory.organisations.pages.rendering import TEMPLATES
from intercoop_directory.organisations.store.known import get_known
from intercoop_directory.organisations.store.owners import owner_names

_CONFLICT: Final = 409
_WITH_CODE: Final = {"commune": "commune.code"}


@dataclass(frozen=True, slots=True)
class Choice:
    """A field that both have changed: what each has written, as the form sends it."""

    field: str
    label: str
    mine: str
    theirs: str


async def quicker_page(page: FormPage, outdated: Outdated) -> Response:
    """The page that asks, for each field that both have changed, which text stays.

    It sends the same form as the edit page: what nobody contradicts is in it already.
    """
    choices = _choices(page, outdated)
    contested = {choice.field for choice in choices} | {_WITH_CODE.get(c.field) for c in choices}
    typed = shown(outdated.contradicted.record)
    agreed = {
        name: text
        for name, text in typed.items()
        if name not in contested and not ("links" in contested and name.startswith("links."))
    }
    async with page.context.db.read() as tx:
        known = await get_known(outdated.saved.id, tx)
        names = await owner_names(_owners(outdated), tx)
    saved_at = known.as_of if known else page.context.clock()
    values: dict[str, Any] = {  # Any: a template's values
        "choices": choices,
        "links_of": links_written,
        "owner_names": names,
        "kept": {**agreed, **carried(outdated.saved), "once": new_once()},
        "saved_at": saved_at,
        "is_today": saved_at.astimezone(PARIS).date() == today(page.context),
        "name": outdated.saved.record.name,
        "here": page.here,
        "back": page.here.removesuffix("/edit"),
    }
    return TEMPLATES.page(page.request, "organisations/quicker.html", values, status=_CONFLICT)


def _owners(outdated: Outdated) -> set[str]:
    """Owners of whom memberships speak, in what was sent or in what is saved."""
    records = (outdated.sent, outdated.saved.record)
    return {link.owner for record in records for link in record.links}


def _choices(page: FormPage, outdated: Outdated) -> Sequence[Choice]:
    mine, theirs = _values(outdated.sent), _values(outdated.saved.record)
    fields = [each.field for each in outdated.contradicted.contradictions]
    return [Choice(field, page.label(field), mine[field], theirs[field]) for field in fields]


def _values(record: OrganisationRecord) -> dict[str, str]:
    return {**shown(record), "links": joined_links(record.links)}
