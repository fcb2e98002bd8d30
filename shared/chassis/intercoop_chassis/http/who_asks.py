"""Who asks: programs bring a bearer token to the API, browsers a session's cookie to pages."""

from typing import Final

from starlette.requests import Request

from intercoop_chassis.auth.caller import identify_sender
from intercoop_chassis.auth.cookies import SessionCookie
from intercoop_chassis.auth.identity import Identity
from intercoop_chassis.errors import UnauthenticatedError
from intercoop_chassis.pages.guard import Visitor, identify_visitor
from intercoop_chassis.pages.paths import is_asset_path, is_page_path, service_of
from intercoop_chassis.pages.site import site_of

NOT_ASKED: Final = UnauthenticatedError("Nobody is asked for a token here")


async def identify(request: Request) -> Visitor:
    """Who it is, or why nobody is, and a new token for the cookie where it is time."""
    state, service = request.app.state, service_of(request.url.path)
    if not is_page_path(request.url.path):
        return Visitor(await identify_sender(request.headers, state.authority, service))
    if is_asset_path(request.url.path):
        return Visitor(NOT_ASKED)
    cookie = SessionCookie.of(site_of(request).context.settings)
    return await identify_visitor(cookie.read(request.cookies), state.sessions, service)


async def is_still_known(request: Request) -> bool:
    """Whether what a request came with still holds: an answer that goes on asks, before it tells.

    It does no more when the token's time or its session is over, or the last mandate has ended.
    """
    return isinstance((await identify(request)).who, Identity)
