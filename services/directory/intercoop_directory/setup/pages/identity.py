"""`/directory/setup/identity`: the owner's name and colours."""

from fastapi import Request
from pydantic import BaseModel, Field
from starlette.responses import Response

from intercoop_chassis.auth import Operator
from intercoop_chassis.http import RequestContext
from intercoop_chassis.pages import Flash, Form, bind, done, page_router, typed_in
from intercoop_chassis.pages.menu import N_
from intercoop_chassis.refusals import Refused
from intercoop_directory.setup.domain.presentation import Identity, Presentation
from intercoop_directory.setup.domain.steps import Step
from intercoop_directory.setup.handlers.presentation import SetUp, save_identity
from intercoop_directory.setup.pages.progress import (
    TEMPLATES,
    changed,
    following,
    set_up,
    step_page,
)

router = page_router("directory")


class Typed(BaseModel):
    """What the form sends; bounds are the domain's."""

    version: int = 0
    name: str = Field(max_length=2000)
    light: str = Field("", max_length=200)
    dark: str = Field("", max_length=200)


@router.get("/setup/identity", summary="Setting up: name, colours and logo")
async def show(request: Request, _: Operator, context: RequestContext) -> Response:
    so_far = await set_up(context)
    return _page(request, so_far, Form(typed_of(so_far.presentation)))


@router.post("/setup/identity", summary="Setting up: save the name and the colours")
async def save(request: Request, _: Operator, context: RequestContext) -> Response:
    form = bind(Typed, await typed_in(request), TEMPLATES.words(request))
    typed = form.model
    if typed is None:
        return _page(request, await set_up(context), form, status=422)
    identity = Identity(typed.name, typed.light, typed.dark)
    saved = await context.db.command(
        lambda tx: save_identity(identity, typed.version, context.settings.name_of_owner, tx)
    )
    if isinstance(saved, Refused):
        refused = form.refused(saved, TEMPLATES.words(request))
        return _page(request, await set_up(context), refused, status=422)
    changed(request)
    return done(request, following(Step.IDENTITY), Flash(text=N_("Saved.")))


def _page(request: Request, so_far: SetUp, form: Form[Typed], *, status: int = 200) -> Response:
    """The form as it was typed, with the version that is saved now."""
    return step_page(request, Step.IDENTITY, so_far, {"form": form}, status=status)


def typed_of(presentation: Presentation) -> dict[str, str]:
    colours = presentation.colours
    return {
        "name": presentation.name,
        "light": colours.light if colours else "",
        "dark": colours.dark if colours else "",
    }
