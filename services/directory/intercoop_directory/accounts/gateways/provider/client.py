"""The client of a provider: where one signs in, and the ID token that a code is redeemed for.

The access token that comes with it is dropped unread.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from secrets import token_urlsafe
from typing import Any, ClassVar, Final, Self
from urllib.parse import quote_plus, urlencode, urlsplit

import httpx
import jwt
from jwt.exceptions import PyJWTError

from intercoop_chassis.errors import IntercoopError
from intercoop_directory.accounts.domain.openid import Attempt, Claims
from intercoop_directory.accounts.gateways.provider.asking import Answer, send
from intercoop_directory.accounts.gateways.provider.discovery import (
    Discovery,
    Keys,
    discover,
    fetch_keys,
    key_of,
)
from intercoop_directory.accounts.gateways.provider.kept import Kept
from intercoop_directory.settings import DirectorySettings

RETURN_PAGE: Final = "/directory/sign-in/provider/return"
_SCOPE: Final = "openid email"
_LEEWAY_S: Final = 30
_NEEDED: Final = ("iss", "aud", "sub", "exp", "iat")
_OK: Final = 200
_NOT_US: Final = ("invalid_client", "unauthorized_client")
"""What a provider answers whose client this is not (RFC 6749, 5.2; Keycloak says the second)."""


class ProviderRefusedError(IntercoopError):
    """The provider takes the code for nothing, or answers with an ID token that is none."""

    code: ClassVar[str] = "provider-refused"
    status: ClassVar[int] = 422


class ClientRefusedError(ProviderRefusedError):
    """The provider does not know this instance by its client ID and secret."""

    code: ClassVar[str] = "client-refused"


@dataclass(frozen=True, slots=True)
class Client:
    """What this instance is to its provider: client, secret, and where browsers come back to."""

    issuer: str
    id: str
    returns_to: str
    secret: str | None = field(default=None, repr=False)

    @classmethod
    def of(cls, settings: DirectorySettings) -> Self | None:
        """As the settings say; None where no provider is set."""
        if settings.oidc_issuer is None or settings.oidc_client_id is None:
            return None
        secret = settings.oidc_client_secret
        returns_to = (settings.public_url or "").rstrip("/") + RETURN_PAGE
        value = secret.get_secret_value() if secret else None
        return cls(settings.oidc_issuer, settings.oidc_client_id, returns_to, value)


class Provider:
    """A provider, as this process knows it; what it says of itself serves on while it is away.

    `clock` gives monotonic seconds.
    """

    def __init__(self, client: Client, *, clock: Callable[[], float] = time.monotonic) -> None:
        self.client = client
        self._discovery = Kept[Discovery]("discovery", lambda: discover(client.issuer), clock)
        self._keys = Kept[Keys]("keys", self._fetch_keys, clock)

    @property
    def host(self) -> str:
        """Its name, as people know it from their address bar."""
        return urlsplit(self.client.issuer).hostname or ""

    async def address(self, attempt: Attempt) -> str:
        """Where a browser signs in for this attempt.

        Raises `ProviderAwayError` also where it answered earlier: a browser that is sent there now
        would meet an error that is not ours to explain.
        """
        found = await self._discovery.get_now()
        query = {
            "response_type": "code",
            "client_id": self.client.id,
            "redirect_uri": self.client.returns_to,
            "scope": _SCOPE,
            "state": attempt.state,
            "nonce": attempt.nonce,
            "code_challenge": attempt.challenge,
            "code_challenge_method": "S256",
        }
        joint = "&" if urlsplit(found.authorization_endpoint).query else "?"
        return f"{found.authorization_endpoint}{joint}{urlencode(query)}"

    async def redeem(self, code: str, attempt: Attempt) -> Claims:
        """The claims of the ID token that a code is good for, once its signature was checked.

        Raises `ProviderAwayError`, `ClientRefusedError` and `ProviderRefusedError`.
        """
        answer = await self._exchange(code, attempt)
        token = answer.body.get("id_token")
        if answer.status != _OK or not isinstance(token, str) or not token.isascii():
            said = answer.body.get("error")
            reason = said if isinstance(said, str) and said.isidentifier() else answer.status
            kind = ClientRefusedError if said in _NOT_US else ProviderRefusedError
            raise kind(f"The provider does not redeem the code ({reason})")
        return await self._checked(token)

    async def is_acquainted(self) -> bool:
        """Whether it knows this client by its ID and secret, as far as it tells without a person.

        It is asked to redeem a code that it never gave. Raises `ProviderAwayError`.
        """
        secret = token_urlsafe()
        return (await self._exchange(secret, Attempt(secret))).body.get("error") not in _NOT_US

    async def _exchange(self, code: str, attempt: Attempt) -> Answer:
        found = await self._discovery.get()
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.client.returns_to,
            "code_verifier": attempt.verifier,
        }
        return await send(found.token_endpoint, *self._identified(form, found))

    def _identified(
        self, form: dict[str, str], found: Discovery
    ) -> tuple[dict[str, str], httpx.Auth | None]:
        """The form with what says who sends it, or what says so beside it (RFC 6749, 2.3.1)."""
        name, secret = self.client.id, self.client.secret
        if secret is None:
            return form | {"client_id": name}, None
        if found.takes_basic:
            return form, httpx.BasicAuth(quote_plus(name), quote_plus(secret))
        return form | {"client_id": name, "client_secret": secret}, None

    async def _checked(self, token: str) -> dict[str, Any]:  # Any: JSON
        """The claims, if the token is the provider's, for this client, and of now."""
        try:
            key_id = jwt.get_unverified_header(token).get("kid")
            keys = await self._keys.get(lambda keys: key_of(key_id, keys) is not None)
            key = key_of(key_id, keys)
            if key is None:
                raise ProviderRefusedError("The ID token is of a key that the provider has not")
            return jwt.decode(
                token,
                key,
                algorithms=[key.algorithm_name],
                audience=self.client.id,
                issuer=self.client.issuer,
                leeway=_LEEWAY_S,
                options={"require": list(_NEEDED)},
            )
        except PyJWTError as error:
            raise ProviderRefusedError(
                f"The ID token is not right ({type(error).__name__})"
            ) from error

    async def _fetch_keys(self) -> Keys:
        return await fetch_keys((await self._discovery.get()).jwks_uri)


def provider_of(settings: DirectorySettings) -> Provider | None:
    """The provider of the settings, the same in each call of a process; None without one."""
    client = Client.of(settings)
    return _provider(client) if client else None


@cache
def _provider(client: Client) -> Provider:
    return Provider(client)
