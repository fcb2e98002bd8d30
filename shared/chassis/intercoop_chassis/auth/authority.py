"""Checks bearer tokens (JWT, RFC 7519) of the network's issuer."""

import time
from collections.abc import Awaitable, Callable
from typing import Annotated, Any, Final
from uuid import UUID

import jwt
from jwt import PyJWK, exceptions
from pydantic import BaseModel, BeforeValidator, ValidationError

from intercoop_chassis.auth.identity import Identity, Role
from intercoop_chassis.auth.verified import VerifiedToken, VerifiedTokens
from intercoop_chassis.errors import UnauthenticatedError
from intercoop_contracts.bounds import Slug

FindKey = Callable[[str | None], Awaitable[PyJWK | None]]

ALGORITHMS: Final = ("RS256", "ES256")
LEEWAY_S: Final = 30
_REQUIRED: Final = ["exp", "iss", "aud", "sub"]


def _known_roles(roles: object) -> object:
    """Known roles alone: an issuer may grant roles of other applications."""
    return [role for role in roles if role in set(Role)] if isinstance(roles, list) else roles


_REFUSALS: Final[dict[type[exceptions.PyJWTError], str]] = {
    exceptions.ExpiredSignatureError: "has expired: sign in again",
    exceptions.ImmatureSignatureError: "is not valid yet: the clocks of the issuer and here differ",
    exceptions.InvalidSignatureError: "has a wrong signature: sign in again",
    exceptions.InvalidIssuerError: "is of another issuer: sign in with this network's",
    exceptions.InvalidAudienceError: "is for another application: ask for one for this network",
}


class _Claims(BaseModel):
    sub: UUID
    owner: Slug
    roles: Annotated[frozenset[Role], BeforeValidator(_known_roles)] = frozenset()
    organisations: frozenset[UUID] = frozenset()


class Authority:
    """Knows the issuer and its keys (`find_key` by `kid`); `owner` is the instance it serves.

    A token that was verified is known until its time ends or `find_key` gives another key, be it
    one with the same name.
    """

    def __init__(self, issuer: str, audience: str, find_key: FindKey, *, owner: str) -> None:
        self._issuer = issuer
        self._audience = audience
        self._find_key = find_key
        self._verified = VerifiedTokens()
        self.owner = owner

    async def identify(self, token: str) -> Identity:
        """The identity of the token's holder.

        Raises `UnauthenticatedError` with what is wrong with it, and `UnavailableError` when the
        issuer's keys cannot be had.
        """
        known = self._verified.get(token)
        if known is None:
            return await self._verify(token)
        is_current = await self._find_key(known.key_id) is known.key
        if is_current and known.is_valid_at(time.time()):
            return known.identity
        self._verified.forget(token)
        return await self._verify(token)

    async def _verify(self, token: str) -> Identity:
        header = _header(token)
        if header.get("alg") not in ALGORITHMS:
            raise UnauthenticatedError(
                "The token's signature is of another kind than RS256 or ES256: sign in again"
            )
        key = await self._find_key(header.get("kid"))
        if key is None or key.algorithm_name != header["alg"]:
            raise UnauthenticatedError(
                "The token is signed with a key that the issuer does not show: sign in again"
            )
        claims = self._claims(token, key)
        identity = _identity(claims)
        self._verified.add(token, _remembered(identity, claims, header.get("kid"), key))
        return identity

    def _claims(self, token: str, key: PyJWK) -> dict[str, Any]:  # Any: JSON claims
        try:
            return jwt.decode(
                token,
                key,
                algorithms=[key.algorithm_name],
                issuer=self._issuer,
                audience=self._audience,
                leeway=LEEWAY_S,
                options={"require": _REQUIRED},
            )
        except exceptions.PyJWTError as error:
            raise UnauthenticatedError(_refusal(error)) from error


def _remembered(
    identity: Identity,
    claims: dict[str, Any],  # Any: JSON claims
    key_id: str | None,
    key: PyJWK,
) -> VerifiedToken:
    """What the library found valid: its times are whole seconds, or it had refused them."""
    begins = max(int(claims.get("nbf", 0)), int(claims.get("iat", 0)))
    return VerifiedToken(identity, key_id, key, begins - LEEWAY_S, int(claims["exp"]) + LEEWAY_S)


def _refusal(error: exceptions.PyJWTError) -> str:
    if isinstance(error, exceptions.MissingRequiredClaimError):
        return f"The token lacks the claim {error.claim!r}: the issuer has to add it"
    return f"The token {_REFUSALS.get(type(error), 'cannot be read: sign in again')}"


def _header(token: str) -> dict[str, Any]:  # Any: JSON header
    try:
        return jwt.get_unverified_header(token)
    except exceptions.PyJWTError as error:
        raise UnauthenticatedError("The token cannot be read: sign in again") from error


def _identity(claims: dict[str, Any]) -> Identity:  # Any: JSON claims
    try:
        known = _Claims.model_validate(claims)
    except ValidationError as error:
        wrong = ", ".join(sorted({str(fault["loc"][0]) for fault in error.errors()}))
        raise UnauthenticatedError(
            f"The token's claims are not as agreed ({wrong}): the issuer has to correct them"
        ) from error
    return Identity(known.sub, known.owner, known.roles, known.organisations)
