"""The page with the form of a meeting: fresh, of a meeting, or again with what to correct."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from intercoop_chassis.context import Context
from intercoop_chassis.pages import Form, new_once
from intercoop_chassis.pages.menu import N_
from intercoop_chassis.pages.words import Words
from intercoop_contracts.events import Format
from intercoop_events.meetings.domain.joining import draft_of
from intercoop_events.meetings.domain.meeting import Meeting, MeetingDraft
from intercoop_events.meetings.pages.form import MeetingForm, typed_of
from intercoop_events.meetings.pages.formats import USUAL
from intercoop_events.meetings.pages.meaning import Option
from intercoop_events.meetings.pages.rendering import LIST, TEMPLATES
from intercoop_events.meetings.pages.said import format_names
from intercoop_events.organisations import store as organisations

LABELS: Final = {
    "title": N_("Title"),
    "format": N_("Format"),
    "starts": N_("Begins"),
    "ends": N_("Ends"),
    "seats": N_("Seats"),
    "host": N_("Host"),
    "venue": N_("Venue"),
    "commune": N_("Commune"),
    "description": N_("Programme"),
    "open_to_everybody": N_("Open to everybody"),
}
_FIELDS: Final = {"place.commune": "commune", "place.lat": "commune"}
"""Parts of what is decided about that are one field of the form."""

_OK, _UNPROCESSABLE = 200, 422


@dataclass(frozen=True, slots=True)
class Wrong:
    """A form with something to correct, and what may be meant by the words in it."""

    form: Form[MeetingForm]
    communes: Sequence[Option] = ()
    hosts: Sequence[Option] = ()


class FormPage:
    """The page, for one request; of a meeting that is there where it has an id."""

    def __init__(self, request: Request, context: Context, of: UUID | None = None) -> None:
        self.request = request
        self.context = context
        self.said: Words = TEMPLATES.words(request)
        self.here = f"{LIST}/{of}/edit" if of else f"{LIST}/new"
        self.back = f"{LIST}/{of}" if of else LIST

    def fresh(self, wanted: Format) -> Response:
        """With what is usual for a format."""
        usual = USUAL[wanted]
        typed = {
            "format": wanted.value,
            "seats": str(usual.seats),
            "description": self.said.gettext(usual.text),
        }
        lasts = {"lasts": str(int(usual.lasts.total_seconds() // 60))}
        return self._page(Wrong(Form(typed)), lasts, wanted=wanted)

    async def copy_of(self, meeting: Meeting) -> Response:
        """With what is said of another meeting, but when it is."""
        shown = await self.shown(draft_of(meeting))
        typed = {**shown, "starts": "", "ends": ""}
        minutes = int((meeting.view.ends - meeting.view.starts).total_seconds() // 60)
        return self._page(Wrong(Form(typed)), {"lasts": str(minutes)})

    async def of(self, meeting: Meeting) -> Response:
        """With what is said of it now."""
        form: Form[MeetingForm] = Form(await self.shown(draft_of(meeting)))
        return self._page(Wrong(form), carried(meeting), name=meeting.view.title)

    def again(self, sent: Mapping[str, str], wrong: Wrong, name: str = "") -> Response:
        """With what was typed, and what to correct."""
        kept = {each: sent[each] for each in ("version", "was", "lasts") if each in sent}
        return self._page(_sorted(wrong), kept, name=name)

    async def shown(self, draft: MeetingDraft) -> dict[str, str]:
        """What is said, as the fields show it: the host by its name."""
        if draft.host is None:
            return typed_of(draft, "")
        async with self.context.db.read() as tx:
            found = await organisations.get_all([draft.host], tx)
        host = found.get(draft.host)
        return typed_of(draft, host.view.name if host else "")

    def label(self, field: str) -> str:
        text = LABELS.get(field)
        return self.said.gettext(text) if text else field

    def _page(
        self,
        wrong: Wrong,
        kept: Mapping[str, str],
        name: str = "",
        wanted: Format | None = None,
    ) -> Response:
        status = _UNPROCESSABLE if wrong.form.faults else _OK
        is_new = self.back == LIST
        values: dict[str, Any] = {  # Any: a template's values
            "form": wrong.form,
            "name": name,
            "communes": wrong.communes,
            "hosts": wrong.hosts,
            "kept": {**kept, "once": new_once()},
            "labels": {fault.field: self.label(fault.field) for fault in wrong.form.faults},
            "formats": format_names(self.said),
            "wanted": wanted,
            "here": self.here,
            "back": self.back,
            "is_new": is_new,
        }
        return TEMPLATES.page(self.request, "meetings/form.html", values, status=status)


def carried(meeting: Meeting) -> dict[str, str]:
    """What the form carries along: the version that it shows, and what that says."""
    was = f"{meeting.seats} {meeting.view.model_dump_json(exclude_defaults=True)}"
    return {"version": str(meeting.version), "was": was}


def _sorted(wrong: Wrong) -> Wrong:
    """What to correct in the order of the fields, one thing at each."""
    named = [
        replace(fault, field=_FIELDS.get(fault.field, fault.field)) for fault in wrong.form.faults
    ]
    first = {fault.field: fault for fault in reversed(named)}
    places = {field: place for place, field in enumerate(LABELS)}
    faults = sorted(first.values(), key=lambda fault: places.get(fault.field, len(places)))
    return Wrong(wrong.form.with_faults(*faults), wrong.communes, wrong.hosts)
