"""`/directory/setup`: how far the first run is, and the steps in which there is nothing to type."""

from typing import Final

from fastapi import Request
from pydantic import BaseModel
from starlette.responses import Response

from intercoop_chassis.auth import Operator
from intercoop_chassis.http import RequestContext
from intercoop_chassis.pages import bind, done, page_router, typed_in
from intercoop_contracts.pages import SETUP
from intercoop_directory.organisations.store.owners import owner_names
from intercoop_directory.setup.domain.steps import Step
from intercoop_directory.setup.handlers.presentation import pass_step
from intercoop_directory.setup.pages.progress import (
    TEMPLATES,
    address_of,
    changed,
    following,
    progress_values,
    set_up,
    step_page,
)

PASSED_BY_READING: Final = frozenset(Step) - {Step.IDENTITY, Step.NOTICE}
"""Steps that are done when somebody says so; the others are done by saving."""

router = page_router("directory")


class Passed(BaseModel):
    """What the button that leads on sends."""

    step: Step


@router.get("/setup", summary="Setting up: how far it is")
async def index(request: Request, _: Operator, context: RequestContext) -> Response:
    so_far = await set_up(context)
    values = {**progress_values(request, so_far), "onward": address_of(so_far.next)}
    return TEMPLATES.page(request, "setup/overview.html", values)


@router.get("/setup/team", summary="Setting up: the first staff")
async def team(request: Request, _: Operator, context: RequestContext) -> Response:
    return step_page(request, Step.TEAM, await set_up(context), {})


@router.get("/setup/follows", summary="Setting up: whom the instance follows")
async def follows(request: Request, _: Operator, context: RequestContext) -> Response:
    followed = context.settings.follows
    if followed is None:
        return step_page(request, Step.FOLLOWS, await set_up(context), {"followed": None})
    async with context.db.read() as tx:
        names = await owner_names(followed, tx)
    values = {"followed": sorted(names.get(owner, owner) for owner in followed)}
    return step_page(request, Step.FOLLOWS, await set_up(context), values)


@router.get("/setup/data", summary="Setting up: organisations and people")
async def data(request: Request, _: Operator, context: RequestContext) -> Response:
    return step_page(request, Step.DATA, await set_up(context), {})


@router.post("/setup/passed", summary="Setting up: go on")
async def go_on(request: Request, _: Operator, context: RequestContext) -> Response:
    form = bind(Passed, await typed_in(request), TEMPLATES.words(request))
    if form.model is None or form.model.step not in PASSED_BY_READING:
        return done(request, SETUP)
    step = form.model.step
    await context.db.command(lambda tx: pass_step(step, context.settings.name_of_owner, tx))
    changed(request)
    return done(request, following(step))
