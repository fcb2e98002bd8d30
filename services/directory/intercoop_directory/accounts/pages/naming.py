"""`/directory/name`: whoever came in by the settings says what they are called."""

from typing import Final

from fastapi import Request
from pydantic import BaseModel, Field
from starlette.responses import Response

from intercoop_chassis.auth import Caller
from intercoop_chassis.http import RequestContext
from intercoop_chassis.pages import (
    Flash,
    Form,
    bind,
    done,
    local_path,
    page_router,
    rename_in_browser,
    typed_in,
)
from intercoop_chassis.pages.menu import N_
from intercoop_chassis.refusals import Refused
from intercoop_directory.accounts.domain.naming import is_named
from intercoop_directory.accounts.handlers.naming import say_name
from intercoop_directory.accounts.pages.opening import NAME
from intercoop_directory.accounts.pages.ways import TEMPLATES
from intercoop_directory.people import store as people

_SAID: Final = N_("Thank you, %(name)s. The page of the team has your name now.")
_WRONG: Final = 422

router = page_router("directory")


class Typed(BaseModel):
    """What the form sends; bounds are the domain's. `next` is the page that one came for."""

    given_name: str = Field(max_length=2000)
    family_name: str = Field(max_length=2000)
    next: str = "/"


@router.get("/name", summary="What one is called")
async def show(
    request: Request,
    who: Caller,
    context: RequestContext,
    next: str = "/",  # noqa: A002  its name in addresses
) -> Response:
    async with context.db.read() as tx:
        person = await people.get(who.subject, tx)
    is_known = person is None or is_named(person.record)
    return _page(request, Form({"next": local_path(next)}), is_known=is_known)


@router.post("/name", summary="Say what one is called")
async def save(request: Request, who: Caller, context: RequestContext) -> Response:
    words = TEMPLATES.words(request)
    form = bind(Typed, await typed_in(request), words)
    typed = form.model
    if typed is None:
        return _page(request, form, status=_WRONG)
    given, family = typed.given_name, typed.family_name
    outcome = await context.db.command(lambda tx: say_name(who.subject, given, family, tx))
    if isinstance(outcome, Refused):
        return _page(request, form.refused(outcome, words), status=_WRONG)
    record = outcome.record
    flash = Flash(text=_SAID, values={"name": record.given_name})
    response = done(request, local_path(typed.next), flash)
    await rename_in_browser(request, response, record.full_name)
    return response


def _page(
    request: Request, form: Form[Typed], *, status: int = 200, is_known: bool = False
) -> Response:
    values = {"form": form, "here": NAME, "is_known": is_known}
    return TEMPLATES.page(request, "sign_in/name.html", values, status=status)
