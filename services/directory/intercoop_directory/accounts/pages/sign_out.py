"""`/directory/sign-out`: ends the session, wherever it is open."""

from fastapi import Request
from starlette.responses import Response

from intercoop_chassis.auth import ANYONE
from intercoop_chassis.http import RequestContext
from intercoop_chassis.pages import (
    close_in_browser,
    note_ended,
    page_router,
    session_in_browser,
)
from intercoop_directory.accounts.handlers.sessions import end_own_session

router = page_router("directory")


@router.post("/sign-out", summary="Sign out", dependencies=[ANYONE])
async def sign_out(request: Request, context: RequestContext) -> Response:
    """End the session, and have the browser forget it.

    Raises what a database does that cannot be used: the session and its cookie go on then.
    """
    session = await session_in_browser(request)
    if session is not None:
        person = session.identity.subject
        await context.db.command(lambda tx: end_own_session(person, session.id, tx))
        note_ended(request, person, session.id)
    return close_in_browser(request)
