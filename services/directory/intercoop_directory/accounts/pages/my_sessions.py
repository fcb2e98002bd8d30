"""One's own sessions: a part of `/me`, a page with the same, and the buttons that end them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from fastapi import Request
from markupsafe import Markup
from starlette.responses import Response

from intercoop_chassis.auth import MEMBER, Caller
from intercoop_chassis.context import Context
from intercoop_chassis.http import RequestContext
from intercoop_chassis.pages import (
    Flash,
    add_part,
    done,
    note_ended,
    page_router,
    session_in_browser,
)
from intercoop_chassis.pages.menu import N_
from intercoop_contracts.pages import SESSIONS
from intercoop_directory.accounts.handlers.sessions import (
    end_listed_session,
    end_other_sessions,
    open_sessions,
)
from intercoop_directory.accounts.pages.ways import TEMPLATES
from intercoop_directory.standings.domain.sessions import Session, SignInWay

_ENDED: Final = Flash(text=N_("The session has ended."))
_ALL_ENDED: Final = Flash(text=N_("All your other sessions have ended."))
_WAYS: Final = {
    SignInWay.MAIL_LINK: N_("Signed in by mail"),
    SignInWay.INVITATION: N_("Signed in by an invitation"),
    SignInWay.PROVIDER: N_("Signed in with an account elsewhere"),
    SignInWay.PERSONA: N_("Signed in as somebody made up"),
}

router = page_router("directory")


@dataclass(frozen=True, slots=True)
class ShownSession:
    """An open session as its person reads it; `device` is empty of a browser that is not known.

    `way` is how they signed in, in English words.
    """

    id: UUID
    device: str
    way: str
    opened_at: datetime
    is_this: bool


@router.get("/sessions", summary="One's sessions")
async def index(request: Request, _: Caller, context: RequestContext) -> Response:
    values = {"sessions": await _shown(request, context)}
    return TEMPLATES.page(request, "sessions/page.html", values)


@router.post("/sessions/{session_id:uuid}/end", summary="End one of one's sessions")
async def end(session_id: UUID, request: Request, who: Caller, context: RequestContext) -> Response:
    await context.db.command(lambda tx: end_listed_session(who.subject, session_id, tx))
    note_ended(request, who.subject, session_id)
    return done(request, SESSIONS, _ENDED)


@router.post("/sessions/end-others", summary="End all of one's sessions but this one")
async def end_others(request: Request, who: Caller, context: RequestContext) -> Response:
    this = await _this(request)
    ended = await context.db.command(lambda tx: end_other_sessions(who.subject, this, tx))
    note_ended(request, who.subject, *ended)
    return done(request, SESSIONS, _ALL_ENDED)


async def part(request: Request, context: Context) -> Markup:
    """The part of `/me`: the same list."""
    values: dict[str, Any] = {"sessions": await _shown(request, context)}  # Any: values
    return TEMPLATES.markup(request, "sessions/list.html", values)


add_part(router, "sessions", part, MEMBER)


async def _shown(request: Request, context: Context) -> Sequence[ShownSession]:
    session = await session_in_browser(request)
    if session is None:
        return ()
    async with context.db.read() as tx:
        listed: Sequence[Session] = await open_sessions(session.identity.subject, tx)
    return [
        ShownSession(each.id, each.device, _WAYS[each.way], each.opened_at, each.id == session.id)
        for each in listed
    ]


async def _this(request: Request) -> UUID | None:
    session = await session_in_browser(request)
    return session.id if session else None
