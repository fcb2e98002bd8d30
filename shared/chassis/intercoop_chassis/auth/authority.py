"""Checks the tokens (JWT, RFC 7519) that this very instance has issued."""

import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Annotated, Any, Final
from uuid import UUID

import jwt
from jwt import PyJWK, exceptions
from pydantic import BaseModel, BeforeValidator, Field, ValidationError

from intercoop_chassis.auth.identity import Identity, Role
from intercoop_chassis.auth.signing_keys import ALGORITHM
from intercoop_chassis.auth.standings import Standings
from intercoop_chassis.auth.verified import VerifiedToken, VerifiedTokens
from intercoop_chassis.errors import UnauthenticatedError

FindKey = Callable[[str | None], Awaitable[PyJWK | None]]

LEEWAY_S: Final = 30
_REQUIRED: Final = ["exp", "iat", "iss", "aud", "sub", "sid"]
_LAST_SECOND: Final = 32_503_680_000
"""The year 3000: no time of a token is later."""


def _known_roles(roles: object) -> object:
    """Known roles alone: a newer version of an instance's processes may grant more."""
    return [role for role in roles if role in set(Role)] if isinstance(roles, list) else roles


_REFUSALS: Final[dict[type[exceptions.PyJWTError], str]] = {
    exceptions.ExpiredSignatureError: "has expired: sign in again",
    exceptions.ImmatureSignatureError: "is not valid yet: the clocks of the instance's machines "
    "differ, set them right (NTP)",
    exceptions.InvalidSignatureError: "has a wrong signature: sign in again",
    exceptions.InvalidIssuerError: "is of another instance, or of a provider: sign in at this one",
    exceptions.InvalidAudienceError: "is for another application: ask for one at this instance",
}

_Seconds = Annotated[int, Field(ge=0, le=_LAST_SECOND)]


class _Claims(BaseModel):
    sub: UUID
    sid: UUID
    exp: _Seconds
    iat: _Seconds
    nbf: _Seconds = 0
    auth_time: _Seconds | None = None
    roles: Annotated[frozenset[Role], BeforeValidator(_known_roles)] = frozenset()
    organisations: frozenset[UUID] = frozenset()
    name: str = ""


class Authority:
    """Knows an instance by its `name` (`iss`, `aud`), its owner, its keys (`find_key` by `kid`).

    A token that was verified is known until its time ends or `find_key` gives another key, be it
    one with the same name. What its holder may do is asked each time: of a person (a token with
    `auth_time`) their standing decides and no claim, of a program its claims.
    """

    def __init__(self, name: str, find_key: FindKey, *, owner: str, standings: Standings) -> None:
        self.name = name
        self.owner = owner
        self._find_key = find_key
        self._standings = standings
        self._verified = VerifiedTokens()

    async def identify(self, token: str, service: str = "") -> Identity:
        """The identity of the token's holder; see `verify`."""
        return (await self.verify(token, service)).identity

    async def verify(
        self, token: str, service: str = "", *, even_expired: bool = False
    ) -> VerifiedToken:
        """What a token is, of this instance, whose session goes on; as this service knows it.

        Raises `UnauthenticatedError` with what is wrong with it, and `UnavailableError` when the
        instance's keys, or what a person may do, cannot be had.
        """
        held = await self._known(token) or await self._verify(token, even_expired=even_expired)
        if held.signed_in is None:
            return held
        person = held.identity.subject
        try:
            who = await self._standings.identity(person, held.session, service)
        except UnauthenticatedError:
            self._verified.forget(token)  # with the name in it
            raise
        return replace(held, identity=who)

    async def _known(self, token: str) -> VerifiedToken | None:
        known = self._verified.get(token)
        if known is None:
            return None
        is_current = await self._find_key(known.key_id) is known.key
        if is_current and known.is_valid_at(time.time()):
            return known
        self._verified.forget(token)
        return None

    async def _verify(self, token: str, *, even_expired: bool) -> VerifiedToken:
        header = _header(token)
        if header.get("alg") != ALGORITHM:
            raise UnauthenticatedError(
                "The token's signature is of another kind than ES256: sign in at this instance"
            )
        key_id = header.get("kid")
        key = await self._find_key(key_id)
        if key is None:
            raise UnauthenticatedError(
                "The token is signed with a key that this instance does not have: sign in at it"
            )
        claims = _claims(self._decoded(token, key, even_expired=even_expired))
        held = _held(claims, self.owner, key_id, key)
        if held.is_valid_at(time.time()):
            self._verified.add(token, held)
        return held

    def _decoded(
        self, token: str, key: PyJWK, *, even_expired: bool
    ) -> dict[str, Any]:  # Any: JSON claims
        try:
            return jwt.decode(
                token,
                key,
                algorithms=[ALGORITHM],
                issuer=self.name,
                audience=self.name,
                leeway=LEEWAY_S,
                options={"require": _REQUIRED, "verify_exp": not even_expired},
            )
        except exceptions.PyJWTError as error:
            raise UnauthenticatedError(_refusal(error)) from error


def _held(claims: _Claims, owner: str, key_id: str | None, key: PyJWK) -> VerifiedToken:
    return VerifiedToken(
        identity=Identity(claims.sub, owner, claims.roles, claims.organisations),
        session=claims.sid,
        issued_at=datetime.fromtimestamp(claims.iat, UTC),
        signed_in=None
        if claims.auth_time is None
        else datetime.fromtimestamp(claims.auth_time, UTC),
        key_id=key_id,
        key=key,
        valid_from=max(claims.nbf, claims.iat) - LEEWAY_S,
        valid_until=claims.exp + LEEWAY_S,
        name=claims.name,
    )


def _refusal(error: exceptions.PyJWTError) -> str:
    if isinstance(error, exceptions.MissingRequiredClaimError):
        return f"The token lacks the claim {error.claim!r}: ask for one at this instance"
    return f"The token {_REFUSALS.get(type(error), 'cannot be read: sign in again')}"


def _header(token: str) -> dict[str, Any]:  # Any: JSON header
    try:
        return jwt.get_unverified_header(token)
    except exceptions.PyJWTError as error:
        raise UnauthenticatedError("The token cannot be read: sign in again") from error


def _claims(claims: dict[str, Any]) -> _Claims:  # Any: JSON claims
    try:
        return _Claims.model_validate(claims)
    except ValidationError as error:
        wrong = ", ".join(sorted({str(fault["loc"][0]) for fault in error.errors()}))
        raise UnauthenticatedError(
            f"The token's claims are not as agreed ({wrong}): sign in again"
        ) from error
