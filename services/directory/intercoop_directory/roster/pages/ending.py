"""Staff end a mandate on a day; those of the team are ended on its page, which asks more."""

from dataclasses import dataclass
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import Query, Request
from pydantic import BaseModel
from starlette.responses import RedirectResponse, Response

from intercoop_chassis.context import Context
from intercoop_chassis.errors import NotFoundError
from intercoop_chassis.http import RequestContext, gathered, today
from intercoop_chassis.http.texts import Day as WrittenDay
from intercoop_chassis.pages import (
    Done,
    Flash,
    Form,
    bind,
    done,
    new_once,
    page_router,
    typed_in,
)
from intercoop_chassis.pages.inputs import Day
from intercoop_chassis.pages.menu import N_
from intercoop_chassis.postgres import Transaction
from intercoop_chassis.refusals import Refused
from intercoop_contracts.directory import Role
from intercoop_directory.access import PeopleKeeper
from intercoop_directory.organisations.store.known import names_of
from intercoop_directory.people.domain import Mandate
from intercoop_directory.roster.handlers.mandates import MandateKey, end_mandate, find_mandate
from intercoop_directory.roster.pages.rendering import (
    LIST,
    OK,
    TEMPLATES,
    WRONG,
    decide_once,
    page,
    person_of,
)
from intercoop_directory.standings import handlers as standings
from intercoop_directory.team.domain import ROLES
from intercoop_directory.team.pages.shown import TEAM, giver

ENDED: Final = Flash(text=N_("The mandate ends on the day you said."))
_SEE_OTHER: Final = 303

router = page_router("directory")


class TypedEnding(BaseModel):
    """What the form that ends a mandate sends: which one, by its address, and the day."""

    day: Day


def no_such_mandate() -> NotFoundError:
    return NotFoundError("This person has no such mandate: look at the record")


@dataclass(frozen=True, slots=True)
class Which:
    """The mandate that an address means."""

    organisation: Annotated[UUID | None, Query()] = None
    role: Annotated[Role | None, Query()] = None
    since: Annotated[WrittenDay | None, Query()] = None

    @property
    def key(self) -> MandateKey:
        """Raises `NotFoundError` where the address says none."""
        if self.organisation is None or self.role is None or self.since is None:
            raise no_such_mandate()
        return MandateKey(self.organisation, self.role, self.since)


@router.get("/people/{person_id:uuid}/mandates/end", summary="End a mandate: which day")
async def ask(
    person_id: UUID,
    which: Annotated[Which, gathered(Which)],
    request: Request,
    _: PeopleKeeper,
    context: RequestContext,
) -> Response:
    form: Form[TypedEnding] = Form({"day": today(context).isoformat()})
    return await _page(request, person_id, which.key, form, context)


@router.post("/people/{person_id:uuid}/mandates/end", summary="End a mandate on a day")
async def end(
    person_id: UUID,
    which: Annotated[Which, gathered(Which)],
    request: Request,
    who: PeopleKeeper,
    context: RequestContext,
) -> Response:
    key, said = which.key, TEMPLATES.words(request)
    sent = {**await typed_in(request), "of": f"{person_id} {key}"}
    form, by = bind(TypedEnding, sent, said), giver(who, context)
    typed = form.model
    if typed is None or await _is_of_the_team(key, context):
        return await _page(request, person_id, key, form, context)

    async def decide(tx: Transaction) -> Done | Refused:
        changed = await end_mandate(person_id, key, typed.day, by, tx)
        if isinstance(changed, Refused):
            return changed
        return Done(address=f"{LIST}/{person_id}", flash=ENDED)

    outcome = await decide_once(context, who, sent, decide)
    if isinstance(outcome, Done):
        return done(request, outcome.address, outcome.flash)
    return await _page(request, person_id, key, form.refused(outcome, said), context)


async def _page(
    request: Request, person_id: UUID, key: MandateKey, form: Form[TypedEnding], context: Context
) -> Response:
    if await _is_of_the_team(key, context):
        return _to_the_team(person_id, key.role)
    async with context.db.read() as tx:
        person = await person_of(person_id, tx)
        names = await names_of([key.organisation_id], tx)
    mandate = find_mandate(person, key)
    if mandate is None:
        raise no_such_mandate()
    values: dict[str, Any] = {  # Any: a template's values
        "form": form,
        "name": person.record.full_name,
        "mandate": mandate,
        "names": names,
        "once": new_once(),
        "here": _address(person_id, mandate),
        "back": f"{LIST}/{person_id}",
    }
    return page(request, "end.html", values, status=WRONG if form.faults else OK)


def _address(person_id: UUID, mandate: Mandate) -> str:
    which = f"organisation={mandate.organisation_id}&role={mandate.role}&since={mandate.since}"
    return f"{LIST}/{person_id}/mandates/end?{which}"


async def _is_of_the_team(key: MandateKey, context: Context) -> bool:
    async with context.db.read() as tx:
        own = await standings.instance(tx)
    return key.role in ROLES and key.organisation_id == own.organisation_id


def _to_the_team(person_id: UUID, role: Role) -> Response:
    return RedirectResponse(f"{TEAM}/{person_id}/end?role={role}", _SEE_OTHER)
