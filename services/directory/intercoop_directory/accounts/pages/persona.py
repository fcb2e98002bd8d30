"""A way to sign in, at an instance for trying out: to choose who one wants to be."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from fastapi import Request
from pydantic import BaseModel
from starlette.responses import Response

from intercoop_chassis.auth import ANYONE
from intercoop_chassis.auth.cookies import is_loopback_host
from intercoop_chassis.context import Context
from intercoop_chassis.errors import ForbiddenError
from intercoop_chassis.http import RequestContext
from intercoop_chassis.pages import bind, page_router, typed_in
from intercoop_contracts.directory import Language
from intercoop_directory.accounts.gateways.personas import Persona, personas_of
from intercoop_directory.accounts.handlers.signing_in import (
    SignedIn,
    Voucher,
    may_sign_in,
    sign_in,
)
from intercoop_directory.accounts.pages.opening import device, open_browser_session
from intercoop_directory.accounts.pages.ways import TEMPLATES, Way, sign_in_page
from intercoop_directory.people import store as people
from intercoop_directory.standings.domain.sessions import SignInWay

router = page_router("directory")


class Choice(BaseModel):
    """What the form sends: whom one wants to be, and the page that one came for."""

    person: UUID
    next: str = "/"


@dataclass(frozen=True, slots=True)
class ShownPersona:
    """Somebody to be: name, and what is said of them after it."""

    id: UUID
    name: str
    about: str


async def fill(request: Request, context: Context) -> dict[str, Any] | None:  # Any: values
    """Those who may sign in today; nobody where another machine could ask."""
    if not _is_at_this_machine(request):
        return None
    language = Language(TEMPLATES.words(request).language)
    shown = await _shown(personas_of(context.settings), language, context)
    return {"personas": shown} if shown else None


PERSONA: Final = Way("sign_in/persona.html", fill)


@router.post("/sign-in/persona", summary="Sign in as somebody made up", dependencies=[ANYONE])
async def choose(request: Request, context: RequestContext) -> Response:
    if not _is_at_this_machine(request):
        raise ForbiddenError("Made-up people are for this machine: ask at its own address")
    form = bind(Choice, await typed_in(request), TEMPLATES.words(request))
    known = {persona.person for persona in personas_of(context.settings)}
    onward = form.value("next") or "/"
    if form.model is not None and form.model.person in known:
        person, voucher = form.model.person, Voucher(SignInWay.PERSONA, device=device(request))
        outcome = await context.db.command(lambda tx: sign_in(person, voucher, tx))
        if isinstance(outcome, SignedIn):
            return open_browser_session(request, outcome, onward)
    return await sign_in_page(request, context, [PERSONA], onward=onward, status=422)


async def _shown(
    personas: Sequence[Persona], language: Language, context: Context
) -> list[ShownPersona]:
    shown = []
    async with context.db.read() as tx:
        for persona in personas:
            person = await people.get(persona.person, tx)
            if person is not None and await may_sign_in(person, tx):
                about = persona.about.get(language, "")
                shown.append(ShownPersona(person.id, person.record.full_name, about))
    return shown


def _is_at_this_machine(request: Request) -> bool:
    """Not by another name that leads here (DNS rebinding), which is of one origin with itself."""
    return is_loopback_host(request.url.hostname or "")
