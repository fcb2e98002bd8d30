"""`/directory/setup/notice`: whom people ask, and the legal notice."""

from fastapi import Request
from pydantic import BaseModel, Field
from starlette.responses import Response

from intercoop_chassis.auth import Operator
from intercoop_chassis.http import RequestContext
from intercoop_chassis.pages import Flash, Form, bind, done, page_router, typed_in
from intercoop_chassis.pages.menu import N_
from intercoop_chassis.refusals import Refused
from intercoop_directory.setup.domain.presentation import Notice, Presentation
from intercoop_directory.setup.domain.steps import Step
from intercoop_directory.setup.handlers.presentation import SetUp, save_notice
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
    help_contact: str = Field(max_length=2000)
    privacy_contact: str = Field(max_length=2000)
    legal_notice: str = Field(max_length=20_000)


@router.get("/setup/notice", summary="Setting up: contacts and legal notice")
async def show(request: Request, _: Operator, context: RequestContext) -> Response:
    so_far = await set_up(context)
    return _page(request, so_far, Form(_typed_of(so_far.presentation)))


@router.post("/setup/notice", summary="Setting up: save contacts and legal notice")
async def save(request: Request, _: Operator, context: RequestContext) -> Response:
    form = bind(Typed, await typed_in(request), TEMPLATES.words(request))
    typed = form.model
    if typed is None:
        return _page(request, await set_up(context), form, status=422)
    notice = Notice(typed.help_contact, typed.privacy_contact, typed.legal_notice)
    saved = await context.db.command(
        lambda tx: save_notice(notice, typed.version, context.settings.name_of_owner, tx)
    )
    if isinstance(saved, Refused):
        refused = form.refused(saved, TEMPLATES.words(request))
        return _page(request, await set_up(context), refused, status=422)
    changed(request)
    return done(request, following(Step.NOTICE), Flash(text=N_("Saved.")))


def _page(request: Request, so_far: SetUp, form: Form[Typed], *, status: int = 200) -> Response:
    """The form as it was typed, with the version that is saved now."""
    return step_page(request, Step.NOTICE, so_far, {"form": form}, status=status)


def _typed_of(presentation: Presentation) -> dict[str, str]:
    return {
        "help_contact": presentation.help_contact,
        "privacy_contact": presentation.privacy_contact,
        "legal_notice": presentation.legal_notice,
    }
