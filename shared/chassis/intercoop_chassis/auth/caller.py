"""Guards: dependencies by which an endpoint names the caller's role."""

from typing import Annotated, Final

from fastapi import Depends, Request
from fastapi.security import HTTPBearer
from starlette.datastructures import Headers

from intercoop_chassis.auth.authority import Authority
from intercoop_chassis.auth.identity import Identity
from intercoop_chassis.auth.permission import check_operator, check_staff
from intercoop_chassis.errors import IntercoopError, UnauthenticatedError

_BEARER = HTTPBearer(
    scheme_name="token",
    bearerFormat="JWT",
    description="A token of the network's issuer",
    auto_error=False,
)
_HOW: Final = "Send the header Authorization: Bearer <token>, with a token of the network's issuer"


async def identify_sender(headers: Headers, authority: Authority) -> Identity | IntercoopError:
    """The sender of a request by its Authorization header, or the error that says why not."""
    sent = headers.getlist("authorization")
    if not sent:
        return UnauthenticatedError(_HOW)
    if len(sent) > 1:
        return UnauthenticatedError("Send the header Authorization once: there are several")
    scheme, _, token = sent[0].partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        return UnauthenticatedError(_HOW)
    try:
        return await authority.identify(token.strip())
    except IntercoopError as error:
        return error


def _owner(request: Request) -> str:
    authority: Authority = request.app.state.authority
    return authority.owner


_Owner = Annotated[str, Depends(_owner)]


async def member(request: Request, _: Annotated[object, Depends(_BEARER)]) -> Identity:
    """The caller that `AdmissionMiddleware` identified. Raises why nobody is."""
    who: Identity | IntercoopError = request.state.who
    if isinstance(who, IntercoopError):
        raise who
    return who


Caller = Annotated[Identity, Depends(member)]
"""Anyone of the network: `async def show(..., who: Caller)`. Without a valid token: 401."""


async def staff(who: Caller, owner: _Owner) -> Identity:
    """The caller, if they are staff here. Raises `ForbiddenError`."""
    check_staff(who, owner)
    return who


Staff = Annotated[Identity, Depends(staff)]
"""Staff of this very instance: `async def create(..., who: Staff)`. Anyone else: 403."""


async def operator(who: Caller, owner: _Owner) -> Identity:
    """The caller, if they operate this instance. Raises `ForbiddenError`."""
    check_operator(who, owner)
    return who


Operator = Annotated[Identity, Depends(operator)]
"""Whoever operates this instance. Anyone else: 403."""
