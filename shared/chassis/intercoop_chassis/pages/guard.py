"""Who may see a page, and who may send it something: by the session's cookie, from our own pages.

The session's token is verified as the API's bearer tokens are, and renewed when half of its hour is
over. A cookie comes along whoever made the browser send it, so what is not a read has to come from
a page of this very site: the browser says so in `Sec-Fetch-Site` (W3C Fetch Metadata), or in
`Origin` (RFC 6454) if it is an older one.
"""

from dataclasses import dataclass
from typing import Final
from urllib.parse import quote, urlsplit

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from intercoop_chassis.auth.cookies import is_loopback_host
from intercoop_chassis.auth.identity import Identity
from intercoop_chassis.auth.rights import Right, check_right
from intercoop_chassis.auth.sessions import Sessions
from intercoop_chassis.errors import ForbiddenError, IntercoopError, UnauthenticatedError
from intercoop_chassis.pages.paths import local_path
from intercoop_contracts.pages import SIGN_IN_PAGE

READS: Final = frozenset({"GET", "HEAD"})
SIGN_IN: Final = "/sign-in"
_SIGN_INS: Final = (SIGN_IN, SIGN_IN_PAGE)
_NO_SESSION: Final = "Nobody is signed in here: sign in"


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who asks, or why nobody is known; what they are called, for pages of their own.

    `renewed` is a token to put into the cookie in the place of the one that came.
    """

    who: Identity | IntercoopError
    name: str = ""
    renewed: str | None = None


async def identify_visitor(token: str | None, sessions: Sessions | None, service: str) -> Visitor:
    """Who has the session of a cookie's token, as this service knows it, or why nobody has."""
    if token is None or sessions is None:
        return Visitor(UnauthenticatedError(_NO_SESSION))
    try:
        session = await sessions.resume(token, service)
    except IntercoopError as error:
        return Visitor(error)
    return Visitor(session.identity, session.name, session.renewed)


def admit(request: Request, right: Right, owner: str, public_url: str | None) -> Response | None:
    """The answer to whoever is not let in but can sign in; None for those who are let in.

    A read of a page leads to the sign-in and back. Raises `UnauthenticatedError` for everything
    else that needs a session, and `ForbiddenError` for what may not be seen, or comes from another
    site.
    """
    if request.method not in READS and right is not Right.LINK:
        check_same_origin(request, public_url)
    try:
        check_right(right, request.state.who, owner)
    except UnauthenticatedError:
        if request.method not in READS or is_for_a_part(request):
            raise
        return RedirectResponse(sign_in_address(request), 303)
    return None


def is_for_a_part(request: Request) -> bool:
    """Whether a page's script asks, for a part of the page: htmx, or a field for its options."""
    is_for_options = "text/fragment+html" in request.headers.get("accept", "")
    return is_for_options or "hx-request" in request.headers


def sign_in_address(request: Request) -> str:
    """Where to sign in, and come back; from a page of the sign-in, on to the home page."""
    if request.url.path.startswith(_SIGN_INS):
        return SIGN_IN
    return f"{SIGN_IN}?next={quote(local_path(here(request)), safe='/')}"


def here(request: Request) -> str:
    """The page that is shown, as a link; the home page where a form was sent."""
    if request.method not in READS:
        return "/"
    query = f"?{request.url.query}" if request.url.query else ""
    return request.url.path + query


def check_same_origin(request: Request, public_url: str | None) -> None:
    """Raise `ForbiddenError` unless a page of this site sends the request."""
    site = request.headers.get("sec-fetch-site")
    origin = request.headers.get("origin")
    is_ours = site == "same-origin" if site is not None else origin in _origins(request, public_url)
    if not is_ours or _is_rebound(request, public_url):
        raise ForbiddenError(
            "This does not come from a page of this site: open the page here and send it again"
        )


def _is_rebound(request: Request, public_url: str | None) -> bool:
    """Whether this machine is asked by a name of another site that leads here (DNS rebinding).

    By https nobody is, whose certificate is of its own name.
    """
    is_here = public_url is not None and is_loopback_host(urlsplit(public_url).hostname or "")
    return is_here and not is_loopback_host(request.url.hostname or "")


def _origins(request: Request, public_url: str | None) -> tuple[str, ...]:
    """The origin of the public address; without one that of this machine, as it was asked."""
    if public_url is not None:
        parts = urlsplit(public_url)
        return (f"{parts.scheme}://{parts.netloc}",)
    own = request.url
    return (f"{own.scheme}://{own.netloc}",) if is_loopback_host(own.hostname or "") else ()
