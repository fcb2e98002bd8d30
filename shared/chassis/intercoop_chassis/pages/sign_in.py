"""Signing in and out: so far as somebody made up, where the instance is for trying out."""

from functools import partial
from typing import Annotated, Final

from fastapi import APIRouter, Query
from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from intercoop_chassis.auth import ANYONE, Role
from intercoop_chassis.auth.cookies import SessionCookie, is_loopback_host
from intercoop_chassis.auth.endings import end_session
from intercoop_chassis.auth.sessions import Sessions
from intercoop_chassis.errors import ForbiddenError, UnauthenticatedError
from intercoop_chassis.pages.forms import bind, typed_in
from intercoop_chassis.pages.guard import SIGN_IN
from intercoop_chassis.pages.menu import N_
from intercoop_chassis.pages.paths import local_path
from intercoop_chassis.pages.rendering import CHASSIS_TEMPLATES, Templates
from intercoop_chassis.pages.site import Site, site_of

ROLES: Final = {
    Role.MEMBER: N_("A member of a co-operative"),
    Role.ELECTED: N_("A member who was elected"),
    Role.STAFF: N_("An adviser of the union"),
    Role.OPERATOR: N_("Whoever operates this instance"),
}
_TEMPLATES: Final = Templates(CHASSIS_TEMPLATES)


class Choice(BaseModel):
    """What the form sends: whom one wants to be, and the page that one came for."""

    role: Role
    next: str = "/"


def add_sign_in(router: APIRouter) -> None:
    """`/sign-in` and `/sign-out`."""
    for method, path, answer in (
        ("GET", SIGN_IN, show),
        ("POST", SIGN_IN, sign_in),
        ("POST", "/sign-out", sign_out),
    ):
        router.add_api_route(
            path, answer, methods=[method], summary="Sign in or out", dependencies=[ANYONE]
        )


async def show(request: Request, next: Annotated[str, Query(max_length=2000)] = "/") -> Response:  # noqa: A002  its name in addresses
    return _page(request, local_path(next))


async def sign_in(request: Request) -> Response:
    """Begin a session as a made-up person; the answer leads to the page that was asked for."""
    site, sessions = site_of(request), _sessions(request)
    if not is_loopback_host(request.url.hostname or ""):
        raise ForbiddenError("Made-up people are for this machine: ask at its own address")
    form = bind(Choice, await typed_in(request), _TEMPLATES.words(request))
    known = {persona.role: persona for persona in site.personas}
    if form.model is None or form.model.role not in known or sessions is None:
        return _page(request, "/", status=422)
    persona = known[form.model.role]
    token = sessions.begin(persona.person, frozenset({persona.role}), persona.organisations)
    response = RedirectResponse(local_path(form.model.next), 303)
    SessionCookie.of(site.context.settings).set_on(response, token)
    return response


async def sign_out(request: Request) -> Response:
    """End the session in every service of this process, and have the browser forget it.

    Raises what a database does that cannot be used: the session and its cookie go on then.
    """
    site, sessions = site_of(request), _sessions(request)
    cookie = SessionCookie.of(site.context.settings)
    token = cookie.read(request.cookies)
    if token and sessions:
        await _end(token, sessions, site)
    response = RedirectResponse(SIGN_IN, 303)
    cookie.clear_on(response)
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


async def _end(token: str, sessions: Sessions, site: Site) -> None:
    try:
        session = await sessions.resume(token)
    except UnauthenticatedError:
        return  # it has ended already, or is none
    for context in site.contexts.values():
        now = context.clock()
        await context.db.command(partial(end_session, session=session.id, ended_at=now))
    sessions.ended(session.id)


def _sessions(request: Request) -> Sessions | None:
    sessions: Sessions | None = request.app.state.sessions
    return sessions


def _page(request: Request, onward: str, *, status: int = 200) -> Response:
    roles = [persona.role for persona in site_of(request).personas]
    values = {"onward": onward, "choices": [(role.value, ROLES.get(role, role)) for role in roles]}
    return _TEMPLATES.page(request, "sign_in.html", values, status=status)
