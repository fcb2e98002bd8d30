"""A person's session in their browser: its cookie given, read and taken back."""

from dataclasses import dataclass, replace
from uuid import UUID

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from intercoop_chassis.auth.cookies import SessionCookie
from intercoop_chassis.auth.sessions import ResumedSession, Sessions
from intercoop_chassis.errors import UnauthenticatedError, UnavailableError
from intercoop_chassis.pages.guard import SIGN_IN
from intercoop_chassis.pages.paths import local_path, service_of
from intercoop_chassis.pages.site import site_of


@dataclass(frozen=True, slots=True)
class Opened:
    """A session that was opened: of whom, its id, and what they are called on their own pages."""

    person: UUID
    session: UUID
    name: str = ""


def open_in_browser(request: Request, opened: Opened, onward: str = "/") -> Response:
    """Lead on to a page of ours, with the cookie of a session that was opened.

    Raises `UnavailableError` in a process without keys.
    """
    token = _sessions(request).begin(opened.person, opened.session, opened.name)
    response = RedirectResponse(local_path(onward), 303)
    _cookie(request).set_on(response, token)
    return response


async def session_in_browser(request: Request) -> ResumedSession | None:
    """The session that a request's cookie is of, if it goes on.

    Raises `UnavailableError` where that cannot be known.
    """
    token = _cookie(request).read(request.cookies)
    if token is None:
        return None
    try:
        return await _sessions(request).resume(token, service_of(request.url.path))
    except UnauthenticatedError:
        return None


async def rename_in_browser(request: Request, response: Response, name: str) -> None:
    """Give along a token of the same session by which the frame calls its person so."""
    session = await session_in_browser(request)
    if session is not None:
        token = _sessions(request).again(replace(session, name=name))
        _cookie(request).set_on(response, token)


def close_in_browser(request: Request) -> Response:
    """Lead to the sign-in, and have the browser forget its session and all that it keeps of us."""
    response = RedirectResponse(SIGN_IN, 303)
    _cookie(request).clear_on(response)
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


def note_ended(request: Request, person: UUID, *sessions: UUID) -> None:
    """These sessions of a person were ended here: no service of this process waits to be told."""
    _sessions(request).changed(person, *sessions)


def _cookie(request: Request) -> SessionCookie:
    return SessionCookie.of(site_of(request).context.settings)


def _sessions(request: Request) -> Sessions:
    sessions: Sessions | None = request.app.state.sessions
    if sessions is None:
        raise UnavailableError(
            "This process has no keys to sign sessions with: have its operator set "
            "INTERCOOP_SIGNING_KEYS_FILE"
        )
    return sessions
