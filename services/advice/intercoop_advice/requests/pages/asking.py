"""A co-operative asks: in whose name, what, and what helped those who asked the like before."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import Query, Request as HttpRequest
from starlette.responses import Response

from intercoop_advice.access import check_may_ask, is_staff
from intercoop_advice.cooperatives.projections import own_like
from intercoop_advice.rendering import TEMPLATES
from intercoop_advice.requests import handlers
from intercoop_advice.requests.domain.likeness import telling
from intercoop_advice.requests.pages.form import (
    Asker,
    Askers,
    QuestionForm,
    asker_meant,
    askers,
)
from intercoop_advice.requests.store.found import alike
from intercoop_advice.requests.store.published import BoardFilter, PublishedRequest
from intercoop_chassis.auth import Caller
from intercoop_chassis.context import Context
from intercoop_chassis.errors import ForbiddenError
from intercoop_chassis.http import RequestContext
from intercoop_chassis.http.texts import SEEN, VISIBLE
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
from intercoop_contracts.advice import RequestState

LIST: Final = "/advice/requests"
NEW: Final = f"{LIST}/new"
ASKED: Final = N_("Your question is on the network's board. Choose whom to ask.")
_LATELY: Final = timedelta(days=180)
_ALIKE: Final = 3
_OPTIONS: Final = 8
_SEEN: Final = "seen"
_OK, _WRONG = 200, 422

router = page_router("advice")

Text = Annotated[str, Query(max_length=200, pattern=rf"^$|{VISIBLE}"), SEEN]


NOT_ASKED: Final = Asker()


@dataclass(frozen=True, slots=True)
class Wrong:
    """The form comes back: something is to be corrected, or others asked the like before."""

    form: Form[QuestionForm]
    asker: Asker = NOT_ASKED
    alike: Sequence[PublishedRequest] = ()


@router.get("/requests/new", summary="Ask other co-operatives")
async def new(request: HttpRequest, who: Caller, context: RequestContext) -> Response:
    async with context.db.read() as tx:
        possible = await askers(who, context, tx)
    return _page(request, possible, Wrong(Form({})))


@router.post("/requests/new", summary="Send a question to the network's board")
async def ask(request: HttpRequest, who: Caller, context: RequestContext) -> Response:
    sent, said = await typed_in(request), TEMPLATES.words(request)
    form = bind(QuestionForm, sent, said)
    async with context.db.read() as tx:
        possible = await askers(who, context, tx)
        asker = await asker_meant(sent, possible, said, tx)
        similar = await _like(form.value("title"), context, tx)
    if asker.id is None and not possible.own and not is_staff(who, context):
        raise ForbiddenError("You ask in the name of a co-operative of your own")
    faults = [*([asker.fault] if asker.fault else []), *form.faults]
    if form.model is None or asker.id is None:
        return _page(request, possible, Wrong(form.with_faults(*faults), asker, similar), _WRONG)
    if similar and sent.get(_SEEN) != _key(similar):
        return _page(request, possible, Wrong(form, asker, similar))
    check_may_ask(who, asker.id, context)
    question, organisation = form.model, asker.id

    async def work(tx: Transaction) -> Done | Refused:
        about = {**sent, "for": str(organisation)}
        return await once(tx, who, about, lambda: _asked(question, organisation, context, tx))

    outcome = await context.db.command(work)
    if isinstance(outcome, Refused):
        again = Wrong(form.refused(outcome, said), asker, similar)
        return _page(request, possible, again, _WRONG)
    return done(request, outcome.address, outcome.flash)


@router.get("/parts/alike", summary="What helped those who asked the like before")
async def alike_part(
    request: HttpRequest, _: Caller, context: RequestContext, title: Text = ""
) -> Response:
    async with context.db.read() as tx:
        similar = await _like(title, context, tx)
    values = {"alike": similar, "seen": _key(similar), "is_asked": False}
    return TEMPLATES.part(request, "requests/alike.html", values)


@router.get("/parts/cooperatives", summary="This instance's co-operatives for what is typed")
async def options(
    request: HttpRequest, who: Caller, context: RequestContext, q: Text = ""
) -> Response:
    """Staff choose among them in whose name they ask."""
    found = []
    if q.strip() and is_staff(who, context):
        async with context.db.read() as tx:
            found = await own_like(q, _OPTIONS, tx)
    return TEMPLATES.part(request, "requests/options.html", {"cooperatives": found})


async def _asked(
    question: QuestionForm, organisation: UUID, context: Context, tx: Transaction
) -> Done | Refused:
    made = await handlers.ask(question.draft(), organisation, tx.new_id(), tx, now=context.clock())
    if isinstance(made, Refused):
        return made
    return Done(address=f"{LIST}/{made.id}/neighbours", flash=Flash(text=ASKED))


async def _like(title: str, context: Context, tx: Transaction) -> Sequence[PublishedRequest]:
    """Closed requests like this one, with what helped."""
    wanted = BoardFilter(context.clock() - _LATELY, RequestState.CLOSED)
    return await alike(telling(title[:200]), wanted, _ALIKE, tx)


def _key(similar: Sequence[PublishedRequest]) -> str:
    """What the form brings along once its asker was shown these."""
    return " ".join(str(each.id) for each in similar)


def _page(request: HttpRequest, possible: Askers, wrong: Wrong, status: int = _OK) -> Response:
    form = wrong.form
    values: dict[str, Any] = {  # Any: a template's values
        "form": form,
        "possible": possible,
        "choices": wrong.asker.choices,
        "alike": wrong.alike,
        "seen": _key(wrong.alike),
        "is_asked": bool(wrong.alike) and not form.faults,
        "once": new_once(),
        "here": NEW,
        "back": LIST,
    }
    return TEMPLATES.page(request, "requests/new.html", values, status=status)
