"""A request is closed for good, with what helped; so it is asked about on a page of its own."""

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from fastapi import Request as HttpRequest
from pydantic import ConfigDict, Field
from starlette.responses import Response

from intercoop_advice.access import their_request
from intercoop_advice.rendering import TEMPLATES
from intercoop_advice.requests import handlers
from intercoop_advice.requests.domain.invitation import InvitationState
from intercoop_advice.requests.domain.request import Request
from intercoop_chassis.auth import Caller
from intercoop_chassis.errors import ConflictError
from intercoop_chassis.http import RequestContext
from intercoop_chassis.http.texts import Body, LongText
from intercoop_chassis.pages import (
    Done,
    Flash,
    Form,
    bind,
    done,
    new_once,
    once,
    page_router,
    typed_in,
)
from intercoop_chassis.pages.menu import N_
from intercoop_chassis.postgres import Transaction
from intercoop_chassis.refusals import Refused

CLOSED: Final = N_("The request is closed. What helped stays readable for six months.")
_HELPED: Final = "helped."
_OK, _WRONG, _CONFLICT = 200, 422, 409

router = page_router("advice")


class ClosingForm(Body):
    """What the form sends, but who helped."""

    model_config = ConfigDict(extra="ignore")

    what_helped: LongText = Field(min_length=1)


@router.get("/requests/{request_id:uuid}/close", summary="Close a request: what helped?")
async def ask(
    request_id: UUID, request: HttpRequest, who: Caller, context: RequestContext
) -> Response:
    async with context.db.read() as tx:
        asking = await their_request(request_id, who, context, tx)
    return _page(request, asking, Form({}))


@router.post("/requests/{request_id:uuid}/close", summary="Close a request, and say what helped")
async def close(
    request_id: UUID, request: HttpRequest, who: Caller, context: RequestContext
) -> Response:
    typed, said = await typed_in(request), TEMPLATES.words(request)
    form = bind(ClosingForm, typed, said)
    async with context.db.read() as tx:
        asking = await their_request(request_id, who, context, tx)
    if form.model is None:
        return _page(request, asking, form, status=_WRONG)
    words = form.model.what_helped

    async def work(tx: Transaction) -> Done | Refused:
        await their_request(request_id, who, context, tx)
        about = {**typed, "request": str(request_id)}
        return await once(tx, who, about, lambda: _closed(asking, words, typed, tx))

    try:
        outcome = await context.db.command(work)
    except ConflictError:
        async with context.db.read() as tx:
            asking = await their_request(request_id, who, context, tx)
        return _page(request, asking, form, status=_CONFLICT)
    if isinstance(outcome, Refused):
        return _page(request, asking, form.refused(outcome, said), status=_WRONG)
    return done(request, outcome.address, outcome.flash)


async def _closed(
    asking: Request, words: str, typed: Mapping[str, str], tx: Transaction
) -> Done | Refused:
    helped = [each.id for each in asking.invitations if f"{_HELPED}{each.id}" in typed]
    after = await handlers.close(asking.id, words, helped, tx)
    if isinstance(after, Refused):
        return after
    return Done(address=f"/advice/requests/{asking.id}", flash=Flash(text=CLOSED))


def _page(
    request: HttpRequest, asking: Request, form: Form[ClosingForm], *, status: int = _OK
) -> Response:
    helpers = (InvitationState.ACCEPTED, InvitationState.OFFERED)
    values: dict[str, Any] = {  # Any: a template's values
        "asking": asking,
        "view": asking.view,
        "form": form,
        "helpers": [each for each in asking.invitations if each.state in helpers],
        "waiting": [each.name for each in asking.invitations if each.state is helpers[1]],
        "once": new_once(),
        "back": f"/advice/requests/{asking.id}",
    }
    return TEMPLATES.page(request, "requests/close.html", values, status=status)
