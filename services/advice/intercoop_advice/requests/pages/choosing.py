"""Whom to ask: the co-operatives around, each with its reasons, in a list and on a map."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Any, Final, TypeAlias
from uuid import UUID

from fastapi import Query, Request as HttpRequest
from starlette.responses import RedirectResponse, Response

from intercoop_advice.access import their_request
from intercoop_advice.cooperatives.projections import owner_names
from intercoop_advice.neighbours.domain import LATELY_DAYS, Neighbour
from intercoop_advice.neighbours.store import CandidateSearch, candidates
from intercoop_advice.rendering import TEMPLATES, said_in
from intercoop_advice.requests import handlers
from intercoop_advice.requests.domain.request import Request
from intercoop_advice.requests.pages.circles import Circle, around, detail
from intercoop_advice.requests.store import own
from intercoop_chassis.auth import Caller
from intercoop_chassis.context import Context
from intercoop_chassis.errors import InvalidError
from intercoop_chassis.http import RequestContext
from intercoop_chassis.pages import (
    Done,
    Fault,
    Flash,
    Form,
    done,
    new_once,
    once,
    page_router,
    typed_in,
)
from intercoop_chassis.pages.menu import N_
from intercoop_chassis.postgres import Transaction
from intercoop_chassis.refusals import Refused
from intercoop_contracts.advice.requests import MAX_INVITATIONS

ONE: Final = N_("%(name)s is asked, and told of it.")
SEVERAL: Final = N_("%(count)s co-operatives are asked, and told of it.")
NOBODY_NEW: Final = N_("They were asked already.")
CHOOSE: Final = N_("Tick at least one co-operative.")
_TICK: Final = "ask."
_LONGEST: Final = 80
_OK, _WRONG = 200, 422

router = page_router("advice")


Ticks: TypeAlias = Form[Any]  # Any: no model, the ticks are all of it
NOTHING_WRONG: Final[Ticks] = Form()


@dataclass(frozen=True, slots=True)
class Row:
    """A neighbour of the list, with its reasons in the visitor's words."""

    neighbour: Neighbour
    reasons: tuple[str, ...]
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Choice:
    """What is looked at, what is ticked, and what to correct."""

    circle: Circle | None
    chosen: Collection[UUID] = ()
    form: Ticks = NOTHING_WRONG
    status: int = _OK


@router.get("/requests/{request_id:uuid}/neighbours", summary="Whom a request might ask")
async def choose(
    request_id: UUID,
    request: HttpRequest,
    who: Caller,
    context: RequestContext,
    km: Annotated[Circle | None, Query()] = None,
) -> Response:
    async with context.db.read() as tx:
        asking = await their_request(request_id, who, context, tx)
        if not asking.is_open:
            return RedirectResponse(_record(request_id), 303)
        choice = Choice(km, _ticked(request.query_params))
        return await _page(request, asking, choice, context, tx)


@router.post("/requests/{request_id:uuid}/neighbours", summary="Ask those that are ticked")
async def invite(
    request_id: UUID, request: HttpRequest, who: Caller, context: RequestContext
) -> Response:
    typed, said = await typed_in(request), TEMPLATES.words(request)
    chosen, circle = _ticked(typed), _circle(typed)

    async def work(tx: Transaction) -> Done | Refused:
        await their_request(request_id, who, context, tx)
        about = {**typed, "request": str(request_id)}
        return await once(tx, who, about, lambda: _invited(request_id, chosen, context, tx))

    form: Ticks = Form(typed)
    if chosen:
        outcome = await context.db.command(work)
        if isinstance(outcome, Done):
            return done(request, outcome.address, outcome.flash)
        texts = {fault.text for fault in form.refused(outcome, said).faults}
    else:
        texts = {said.gettext(CHOOSE)}
    wrong = form.with_faults(*(Fault("neighbours", text) for text in sorted(texts)))
    async with context.db.read() as tx:
        asking = await their_request(request_id, who, context, tx)
        choice = Choice(circle, chosen, wrong, _WRONG)
        return await _page(request, asking, choice, context, tx)


async def _invited(
    request_id: UUID, chosen: Collection[UUID], context: Context, tx: Transaction
) -> Done | Refused:
    before = await own.lock(request_id, tx)
    known = {each.id for each in before.invitations} if before else set()
    after = await handlers.invite(request_id, sorted(chosen), tx, now=context.clock())
    if isinstance(after, Refused):
        return after
    fresh = [each for each in after.invitations if each.id not in known]
    return Done(address=_record(request_id), flash=_told([each.name for each in fresh]))


def _told(names: list[str]) -> Flash:
    """Who was asked; an invitation stays, so nothing is offered to take it back."""
    if not names:
        return Flash(text=NOBODY_NEW)
    if len(names) == 1:
        return Flash(text=ONE, values={"name": names[0][:_LONGEST]})
    return Flash(text=SEVERAL, values={"count": str(len(names))})


async def _page(
    request: HttpRequest, asking: Request, choice: Choice, context: Context, tx: Transaction
) -> Response:
    since = context.clock() - timedelta(days=LATELY_DAYS)
    asked = [each.organisation_id for each in asking.invitations]
    found = await candidates(CandidateSearch(asking.view, asked, since), tx)
    shown = around(asking.view, found, choice.circle, choice.chosen)
    names = await owner_names({tx.owner, *(each.cooperative.owner for each in found)}, tx)
    said, home = TEMPLATES.words(request), context.settings.owner
    rows = [
        Row(
            each,
            said_in(said, (reason.sentence for reason in each.reasons)),
            each.candidate.cooperative.id in choice.chosen,
        )
        for each in shown.neighbours
    ]
    values: dict[str, Any] = {  # Any: a template's values
        "asking": asking,
        "view": asking.view,
        "shown": shown,
        "rows": rows,
        "map": detail(asking.view, shown, home),
        "names": names,
        "home": home,
        "form": choice.form,
        "left": MAX_INVITATIONS - len(asking.invitations),
        "once": new_once(),
        "back": _record(asking.id),
    }
    return TEMPLATES.page(request, "requests/neighbours.html", values, status=choice.status)


def _ticked(sent: Mapping[str, str]) -> frozenset[UUID]:
    """Those whose boxes are ticked; an address keeps them while one looks further."""
    names = [name.removeprefix(_TICK) for name in sent if name.startswith(_TICK)]
    try:
        return frozenset(UUID(name) for name in names[: 2 * MAX_INVITATIONS])
    except ValueError:
        raise InvalidError(
            "ask", "names no co-operative", "Open the list again and tick them there"
        ) from None


def _circle(typed: Mapping[str, str]) -> Circle | None:
    sent = typed.get("circle", "")
    return Circle(sent) if sent in set(Circle) else None


def _record(request_id: UUID) -> str:
    return f"/advice/requests/{request_id}"
