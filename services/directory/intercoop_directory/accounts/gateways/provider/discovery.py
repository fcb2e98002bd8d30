"""Where a provider does what: OpenID Connect Discovery 1.0, and its public keys (RFC 7517)."""

from collections.abc import Mapping
from typing import Annotated, Final
from urllib.parse import urlsplit

import structlog
from jwt import PyJWK
from jwt.exceptions import PyJWTError
from pydantic import AfterValidator, BaseModel, ConfigDict, ValidationError

from intercoop_directory.accounts.gateways.provider.asking import ProviderAwayError, is_safe, read

_WHERE: Final = "/.well-known/openid-configuration"
_ALGORITHMS: Final = {"RSA": "RS256", "EC": "ES256"}
_BASIC: Final = "client_secret_basic"
_OK: Final = 200

Keys = Mapping[str | None, PyJWK]
"""By their ids (`kid`)."""

log = structlog.get_logger()


def _safe(url: str) -> str:
    if not is_safe(url):
        raise ValueError("not an address by https")
    return url


_Address = Annotated[str, AfterValidator(_safe)]


class Discovery(BaseModel):
    """What is used of what a provider says of itself."""

    model_config = ConfigDict(frozen=True)

    issuer: str
    authorization_endpoint: _Address
    token_endpoint: _Address
    jwks_uri: _Address
    token_endpoint_auth_methods_supported: tuple[str, ...] = (_BASIC,)

    @property
    def leads_here(self) -> bool:
        """Whether a provider elsewhere names addresses of this machine, which are by http."""
        where = (self.authorization_endpoint, self.token_endpoint, self.jwks_uri)
        is_here = urlsplit(self.issuer).scheme == "http"
        return not is_here and any(urlsplit(url).scheme == "http" for url in where)

    @property
    def takes_basic(self) -> bool:
        """Whether a client says its secret by HTTP Basic (RFC 6749, 2.3.1), else in the form."""
        return _BASIC in self.token_endpoint_auth_methods_supported


async def discover(issuer: str) -> Discovery:
    """What the issuer says of itself (Discovery, 4). Raises `ProviderAwayError`."""
    answer = await read(issuer.rstrip("/") + _WHERE)
    if answer.status != _OK:
        raise ProviderAwayError(f"The provider answers {answer.status} to {_WHERE}")
    try:
        found = Discovery.model_validate(answer.body)
    except ValidationError as error:
        fault = error.errors()[0]
        field = ".".join(map(str, fault["loc"]))
        raise ProviderAwayError(f"The provider's {_WHERE} is not right: {field}") from error
    if found.issuer != issuer:
        raise ProviderAwayError(f"The provider calls itself {found.issuer!r}, and not {issuer!r}")
    if found.leads_here:
        raise ProviderAwayError(f"The provider's {_WHERE} names addresses of this machine")
    return found


async def fetch_keys(url: str) -> Keys:
    """The keys for signatures there. Raises `ProviderAwayError`."""
    answer = await read(url)
    entries = answer.body.get("keys")
    found = [_key(entry) for entry in entries] if isinstance(entries, list) else []
    keys = {key.key_id: key for key in found if key is not None}
    if answer.status != _OK or not keys:
        raise ProviderAwayError("The provider shows no key for signatures (RS256 or ES256)")
    return keys


def key_of(key_id: str | None, keys: Keys) -> PyJWK | None:
    """The key with this id; for None the only key there is."""
    if key_id is None and len(keys) == 1:
        return next(iter(keys.values()))
    return keys.get(key_id)


def _key(entry: object) -> PyJWK | None:
    """The key, when it is one for signatures of a kind that is taken here."""
    if not isinstance(entry, dict):
        return None
    if not isinstance(entry.get("kid"), str | None):
        return None
    algorithm = _ALGORITHMS.get(str(entry.get("kty")))
    if algorithm is None or entry.get("alg", algorithm) != algorithm or entry.get("use") == "enc":
        return None
    try:
        return PyJWK(dict(entry), algorithm=algorithm)
    except (PyJWTError, ValueError, TypeError) as error:
        log.warning("provider_key_unreadable", error=type(error).__name__)
        return None
