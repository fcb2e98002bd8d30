"""The owner's logo: sent by the form of the first run, and shown on every page."""

from typing import Final

from fastapi import Request
from starlette.responses import Response

from intercoop_chassis.auth import ANYONE, Operator
from intercoop_chassis.errors import NotFoundError
from intercoop_chassis.http import RequestContext
from intercoop_chassis.pages import Flash, Form, done, page_router, sent_file
from intercoop_chassis.pages.menu import N_
from intercoop_chassis.refusals import Refused
from intercoop_directory.setup.domain.logo import examine_logo
from intercoop_directory.setup.domain.steps import Step
from intercoop_directory.setup.handlers.presentation import save_logo
from intercoop_directory.setup.pages.identity import Typed, typed_of
from intercoop_directory.setup.pages.progress import (
    TEMPLATES,
    address_of,
    changed,
    set_up,
    step_page,
)
from intercoop_directory.setup.store.presentation import get_logo

_FOR_A_YEAR: Final = {
    "Cache-Control": "public, max-age=31536000, immutable",
    "Content-Security-Policy": "default-src 'none'",
    "X-Content-Type-Options": "nosniff",
}

router = page_router("directory")


@router.post("/setup/logo", summary="Setting up: save the logo")
async def save(request: Request, _: Operator, context: RequestContext) -> Response:
    """Without a file there is no logo any more."""
    content = await sent_file(request, "logo")
    examined = examine_logo(content) if content else None
    if isinstance(examined, Refused):
        so_far = await set_up(context)
        form: Form[Typed] = Form(typed_of(so_far.presentation))
        values = {"form": form.refused(examined, TEMPLATES.words(request))}
        return step_page(request, Step.IDENTITY, so_far, values, status=422)
    await context.db.command(lambda tx: save_logo(examined, context.settings.name_of_owner, tx))
    changed(request)
    text = N_("The logo is saved.") if examined else N_("There is no logo any more.")
    return done(request, address_of(Step.IDENTITY), Flash(text=text))


@router.get("/assets/logo/{name}", summary="The owner's logo", dependencies=[ANYONE])
async def show(name: str, context: RequestContext) -> Response:
    async with context.db.statement() as tx:
        logo = await get_logo(name, tx)
    if logo is None:
        raise NotFoundError("There is no such logo any more: load the page again")
    return Response(logo.content, media_type=logo.media_type, headers=_FOR_A_YEAR)
