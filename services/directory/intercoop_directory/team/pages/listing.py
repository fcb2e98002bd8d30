"""Who works here, with their roles; somebody is invited again, or an invitation is taken back."""

from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from fastapi import Request
from starlette.responses import Response

from intercoop_chassis.auth import Caller
from intercoop_chassis.http import RequestContext
from intercoop_chassis.pages import Done, Flash, Form, done, once, typed_in
from intercoop_chassis.pages.menu import N_
from intercoop_chassis.postgres import Transaction
from intercoop_chassis.refusals import Refused
from intercoop_directory.invitations.handlers import invite, revoke
from intercoop_directory.team import handlers
from intercoop_directory.team.domain import Member
from intercoop_directory.team.pages.shown import (
    NAMES,
    TEMPLATES,
    WRONG,
    base_of,
    may_give,
    page,
)

_INVITED: Final = Flash(text=N_("The invitation leaves now. It is good for seven days."))
_TAKEN_BACK: Final = Flash(text=N_("The invitation opens nothing any more."))


async def index(request: Request, who: Caller, context: RequestContext) -> Response:
    async with context.db.read() as tx:
        team = await handlers.members(tx)
    return page(request, "list.html", {"members": _shown(team, request), "me": who.subject})


async def invite_again(
    person_id: UUID, request: Request, who: Caller, context: RequestContext
) -> Response:
    sent, base = {**await typed_in(request), "to": str(person_id)}, base_of(request)

    async def work(tx: Transaction) -> Done | Refused:
        return await once(tx, who, sent, lambda: _invited(person_id, base, tx))

    outcome = await context.db.command(work)
    if isinstance(outcome, Done):
        return done(request, outcome.address, outcome.flash)
    form: Form[Any] = Form()  # Any: no model, the button is all of it
    refused = form.refused(outcome, TEMPLATES.words(request))
    async with context.db.read() as tx:
        team = await handlers.members(tx)
    values = {"members": _shown(team, request), "me": None, "fault": refused.fault("address")}
    return page(request, "list.html", values, status=WRONG)


async def take_back(person_id: UUID, request: Request, context: RequestContext) -> Response:
    await context.db.command(lambda tx: revoke(person_id, tx))
    return done(request, base_of(request), _TAKEN_BACK)


async def _invited(person_id: UUID, base: str, tx: Transaction) -> Done | Refused:
    outcome = await invite(person_id, tx)
    return outcome if isinstance(outcome, Refused) else Done(address=base, flash=_INVITED)


def _shown(
    team: Sequence[Member], request: Request
) -> list[tuple[Member, list[Mapping[str, Any]]]]:  # Any: a template's values
    """Each with their roles in words.

    A role is shown with a way to end it to whoever may.
    """
    gettext = TEMPLATES.words(request).gettext
    return [
        (
            member,
            [
                {
                    "role": held.role.value,
                    "name": gettext(NAMES[held.role]),
                    "since": held.since,
                    "until": held.until,
                    "may_end": held.until is None and may_give(held.role, request),
                }
                for held in member.roles
            ],
        )
        for member in team
    ]
