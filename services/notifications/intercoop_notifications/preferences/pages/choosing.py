"""What somebody gets by mail, by topic: read, saved, and taken back."""

from collections.abc import Mapping
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import Query
from pydantic import BaseModel, Field
from starlette.requests import Request
from starlette.responses import Response

from intercoop_chassis.auth import Caller
from intercoop_chassis.context import Context
from intercoop_chassis.http import RequestContext
from intercoop_chassis.pages import (
    Done,
    Flash,
    Form,
    address,
    bind,
    done,
    new_once,
    once,
    page_router,
    typed_in,
)
from intercoop_chassis.pages.menu import N_
from intercoop_chassis.postgres import Transaction
from intercoop_contracts.addresses import mailbox
from intercoop_notifications.access import Myself
from intercoop_notifications.people import address_of, person
from intercoop_notifications.preferences import handlers, store
from intercoop_notifications.preferences.domain import PREFERENCES_PATH, Topic, changed
from intercoop_notifications.preferences.pages.shown import TEMPLATES, TEXTS
from intercoop_notifications.settings import NotificationsSettings

_SAVED: Final = N_("Saved: this is what you get by mail from now on.")
_AS_IT_WAS: Final = N_("Nothing was changed: it is as you wanted it.")
_OK: Final = 200
_WRONG: Final = 422

router = page_router("notifications")


class PreferencesForm(BaseModel):
    """What the form sends; a box that is not ticked is absent. `was` are the topics it showed."""

    meetings: bool = False
    advice: bool = False
    was: str = Field("", pattern="^(meetings)? ?(advice)?$")

    @property
    def changes(self) -> dict[Topic, bool]:
        """What is other than the form showed it."""
        shown = {topic: topic in self.was.split() for topic in Topic}
        return changed(shown, {Topic.MEETINGS: self.meetings, Topic.ADVICE: self.advice})


@router.get("/preferences", summary="What you get by mail")
async def show(request: Request, me: Myself, context: RequestContext) -> Response:
    async with context.db.read() as tx:
        mails = await store.mails_of(me, tx)
    on = [topic for topic in Topic if mails[topic]]
    typed = {topic.value: "true" for topic in on} | {"was": " ".join(on)}
    return await _page(request, me, context, Form(typed))


@router.post("/preferences", summary="Say what you get by mail")
async def save(request: Request, who: Caller, context: RequestContext) -> Response:
    typed, said = await typed_in(request), TEMPLATES.words(request)
    form = bind(PreferencesForm, typed, said)
    if form.model is None:
        return await _page(request, who.subject, context, form, _WRONG)
    changes = form.model.changes

    async def work(tx: Transaction) -> Done:
        return await once(tx, who, typed, lambda: _saved(who.subject, changes, tx))

    outcome = await context.db.command(work)
    return done(request, outcome.address, outcome.flash)


@router.post("/preferences/undo", summary="Take back what you have just changed there")
async def undo(
    request: Request,
    me: Myself,
    context: RequestContext,
    meetings: Annotated[bool | None, Query()] = None,
    advice: Annotated[bool | None, Query()] = None,
) -> Response:
    before = {Topic.MEETINGS: meetings, Topic.ADVICE: advice}
    mails = {topic: mail for topic, mail in before.items() if mail is not None}
    await context.db.command(lambda tx: handlers.choose(me, mails, tx))
    return done(request, PREFERENCES_PATH)


async def _saved(me: UUID, changes: Mapping[Topic, bool], tx: Transaction) -> Done:
    before = await handlers.choose(me, changes, tx)
    if not before:
        return Done(address=PREFERENCES_PATH, flash=Flash(text=_AS_IT_WAS))
    query = {topic.value: str(mail).lower() for topic, mail in before.items()}
    flash = Flash(text=_SAVED, undo=address(f"{PREFERENCES_PATH}/undo", query))
    return Done(address=PREFERENCES_PATH, flash=flash)


async def _page(
    request: Request,
    me: UUID,
    context: Context,
    form: Form[PreferencesForm],
    status: int = _OK,
) -> Response:
    async with context.db.read() as tx:
        known = await person(me, tx)
    mail_to = address_of(known) if known else None
    values: dict[str, Any] = {  # Any: a template's values
        "form": form,
        "texts": TEXTS,
        "mail_to": mail_to,
        "is_address": bool(mail_to and mailbox(mail_to)),
        "most_mails": context.settings_as(NotificationsSettings).limit_daily_mails,
        "once": new_once(),
        "here": PREFERENCES_PATH,
    }
    return TEMPLATES.page(request, "preferences/choose.html", values, status=status)
