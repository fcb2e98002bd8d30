"""Invites people to sign in: whom and by which address, then how far each has come."""

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from fastapi import Request
from starlette.responses import Response

from intercoop_chassis.context import Context
from intercoop_chassis.errors import InvalidError
from intercoop_chassis.http import RequestContext
from intercoop_chassis.pages import (
    Done,
    Flash,
    address,
    done,
    new_once,
    page_router,
    typed_in,
)
from intercoop_chassis.pages.menu import N_
from intercoop_chassis.postgres import Transaction
from intercoop_directory.access import PeopleKeeper
from intercoop_directory.roster.domain.inviting import MOST_AT_ONCE, Sent
from intercoop_directory.roster.handlers.inviting import invite_many, look_at
from intercoop_directory.roster.pages.rendering import INVITE, LIST, OK, WRONG, decide_once, page

INVITED: Final = N_("The invitation leaves now. It is good for seven days.")
SOME_INVITED: Final = N_("Invitations that leave now: %(sent)s. They are good for seven days.")
NOT_ALL: Final = N_("Invitations that leave now: %(sent)s. Not sent: %(left)s, see why below.")
_CHOSEN: Final = "p"

router = page_router("directory")


@router.get("/people/invite", summary="Whom to invite, and how far each has come")
async def choose(request: Request, _: PeopleKeeper, context: RequestContext) -> Response:
    """The list's checkboxes lead here: `p0`, `p1` and so on are people."""
    chosen = [text for name, text in request.query_params.items() if name.startswith(_CHOSEN)]
    return await _page(request, [_id(text) for text in chosen[:MOST_AT_ONCE]], context)


@router.post("/people/invite", summary="Invite these people")
async def send(request: Request, who: PeopleKeeper, context: RequestContext) -> Response:
    """A field `p.<id>` for each, with the address that was shown."""
    sent = await typed_in(request)
    chosen = {
        _id(name.removeprefix(f"{_CHOSEN}.")): text
        for name, text in sent.items()
        if name.startswith(f"{_CHOSEN}.")
    }
    if not 0 < len(chosen) <= MOST_AT_ONCE:
        return await _page(request, list(chosen)[:MOST_AT_ONCE], context, status=WRONG)
    outcome = await decide_once(context, who, sent, lambda tx: _invited(chosen, tx))
    if isinstance(outcome, Done):
        return done(request, outcome.address, outcome.flash)
    return await _page(request, list(chosen), context, status=WRONG)


async def _invited(chosen: Mapping[UUID, str], tx: Transaction) -> Done | Sent:
    sent = await invite_many(chosen, tx)
    if not sent.to:
        return sent
    if len(chosen) == 1:
        return Done(address=f"{LIST}/{sent.to[0]}", flash=Flash(text=INVITED))
    counts = {"sent": str(len(sent.to)), "left": str(len(sent.not_to))}
    text = NOT_ALL if sent.not_to else SOME_INVITED
    return Done(address=_address(chosen), flash=Flash(text=text, values=counts))


async def _page(
    request: Request, ids: list[UUID], context: Context, *, status: int = OK
) -> Response:
    async with context.db.read() as tx:
        people = await look_at(ids, tx)
    values: dict[str, Any] = {  # Any: a template's values
        "people": people,
        "ready": [one for one in people if one.obstacle is None],
        "is_refused": status == WRONG,
        "once": new_once(),
        "here": INVITE,
    }
    return page(request, "invite.html", values, status=status)


def _address(chosen: Mapping[UUID, str]) -> str:
    return address(INVITE, {f"{_CHOSEN}{at}": str(one) for at, one in enumerate(chosen)})


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise InvalidError("p", "is no person's id", "Choose them in the list") from None
