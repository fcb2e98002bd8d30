"""Somebody else was quicker: what contradicts stands side by side, and nothing typed is lost."""

from dataclasses import dataclass
from typing import Any, Final

from starlette.responses import Response

from intercoop_chassis.clock import PARIS
from intercoop_chassis.http import today
from intercoop_chassis.pages import new_once
from intercoop_events.meetings.domain.joining import draft_of
from intercoop_events.meetings.handlers.schedule import Outdated
from intercoop_events.meetings.pages.form_page import FormPage, carried
from intercoop_events.meetings.pages.rendering import TEMPLATES
from intercoop_events.meetings.pages.said import format_names
from intercoop_events.meetings.store import known

_CONFLICT: Final = 409
_BESIDE: Final = {"host": "host.id"}


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
    mine = await page.shown(outdated.sent)
    theirs = await page.shown(draft_of(outdated.saved))
    contested = outdated.contradicted.fields
    choices = [Choice(each, page.label(each), mine[each], theirs[each]) for each in contested]
    left_out = {*contested, *(_BESIDE.get(each) for each in contested)}
    agreed = await page.shown(outdated.contradicted.draft)
    kept = {name: text for name, text in agreed.items() if name not in left_out}
    async with page.context.db.read() as tx:
        saved = await known.get(outdated.saved.id, tx)
    saved_at = saved.as_of if saved else page.context.clock()
    values: dict[str, Any] = {  # Any: a template's values
        "choices": choices,
        "kept": {**kept, **carried(outdated.saved), "once": new_once()},
        "formats": format_names(page.said),
        "saved_at": saved_at,
        "is_today": saved_at.astimezone(PARIS).date() == today(page.context),
        "name": outdated.saved.view.title,
        "here": page.here,
        "back": page.back,
    }
    return TEMPLATES.page(page.request, "meetings/quicker.html", values, status=_CONFLICT)
