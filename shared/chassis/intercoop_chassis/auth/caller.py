"""What an endpoint asks of whoever calls it."""

from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from intercoop_chassis.auth.authority import Authority
from intercoop_chassis.auth.identity import Identity
from intercoop_chassis.errors import ForbiddenError, UnauthenticatedError

_BEARER = HTTPBearer(
    scheme_name="token",
    bearerFormat="JWT",
    description="A token of the network's issuer",
    auto_error=False,
)


def _authority(request: Request) -> Authority:
    authority: Authority = request.app.state.authority
    return authority


_Authority = Annotated[Authority, Depends(_authority)]


async def _caller(
    authority: _Authority,
    credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_BEARER)],
) -> Identity:
    if credentials is None:
        raise UnauthenticatedError(
            "Send the header Authorization: Bearer <token>, with a token of the network's issuer"
        )
    return await authority.identify(credentials.credentials)


Caller = Annotated[Identity, Depends(_caller)]
"""Anyone of the network: `async def show(..., who: Caller)`. Without a valid token: 401."""


async def _staff(who: Caller, authority: _Authority) -> Identity:
    if not who.is_staff_of(authority.owner):
        raise ForbiddenError(
            f"Only staff of {authority.owner} may do this, and your token is of {who.owner} with "
            f"the roles: {_roles(who)}"
        )
    return who


Staff = Annotated[Identity, Depends(_staff)]
"""Staff of this very instance: `async def create(..., who: Staff)`. Anyone else: 403."""


async def _operator(who: Caller, authority: _Authority) -> Identity:
    if not who.is_operator_of(authority.owner):
        raise ForbiddenError(
            f"Only operators of {authority.owner} may do this, and your token is of {who.owner} "
            f"with the roles: {_roles(who)}"
        )
    return who


Operator = Annotated[Identity, Depends(_operator)]
"""Whoever operates this instance. Anyone else: 403."""


def _roles(who: Identity) -> str:
    return ", ".join(sorted(who.roles)) or "none"
