"""Guards: dependencies by which an endpoint names the caller's role."""

from typing import Annotated, Final

from fastapi import Depends, Request
from fastapi.openapi.models import HTTPBearer
from fastapi.security.base import SecurityBase
from starlette.datastructures import Headers

from intercoop_chassis.auth.authority import Authority
from intercoop_chassis.auth.identity import Identity
from intercoop_chassis.auth.permission import check_operator, check_staff, check_steering
from intercoop_chassis.errors import IntercoopError, UnauthenticatedError

_HOW: Final = "Send the header Authorization: Bearer <token>, with a token of this instance"


async def identify_sender(
    headers: Headers, authority: Authority, service: str
) -> Identity | IntercoopError:
    """The sender of a request to a service by its Authorization header, or why it is nobody."""
    sent = headers.getlist("authorization")
    if not sent:
        return UnauthenticatedError(_HOW)
    if len(sent) > 1:
        return UnauthenticatedError("Send the header Authorization once: there are several")
    scheme, _, token = sent[0].partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        return UnauthenticatedError(_HOW)
    try:
        return await authority.identify(token.strip(), service)
    except IntercoopError as error:
        return error


class _Member(SecurityBase):
    """The caller that `AdmissionMiddleware` identified. Raises why nobody is.

    Itself the security scheme of the OpenAPI document: FastAPI solves a dependency of a dependency
    anew wherever it is asked for, so each has none here.
    """

    model = HTTPBearer(
        bearerFormat="JWT",
        description="A token of this instance: `POST /token` gives one to a program",
    )
    scheme_name = "token"

    async def __call__(self, request: Request) -> Identity:
        who: Identity | IntercoopError = request.state.who
        if isinstance(who, IntercoopError):
            raise who
        return who


class _Staff(_Member):
    """The caller, if they are staff here. Raises `ForbiddenError`."""

    async def __call__(self, request: Request) -> Identity:
        who = await super().__call__(request)
        check_staff(who, _owner(request))
        return who


class _Operator(_Member):
    """The caller, if they operate this instance. Raises `ForbiddenError`."""

    async def __call__(self, request: Request) -> Identity:
        who = await super().__call__(request)
        check_operator(who, _owner(request))
        return who


class _Steering(_Member):
    """The caller, if the figures of this owner are shown to them. Raises `ForbiddenError`."""

    async def __call__(self, request: Request) -> Identity:
        who = await super().__call__(request)
        check_steering(who, _owner(request))
        return who


def _owner(request: Request) -> str:
    authority: Authority = request.app.state.authority
    return authority.owner


member, staff, operator, steering = _Member(), _Staff(), _Operator(), _Steering()

Caller = Annotated[Identity, Depends(member)]
"""Anyone of this instance: `async def show(..., who: Caller)`. Without a valid token: 401."""


Staff = Annotated[Identity, Depends(staff)]
"""Staff of this very instance: `async def create(..., who: Staff)`. Anyone else: 403."""


Operator = Annotated[Identity, Depends(operator)]
"""Whoever operates this instance. Anyone else: 403."""


Steering = Annotated[Identity, Depends(steering)]
"""Staff of this very instance, and its board: whoever sees its figures. Anyone else: 403."""
