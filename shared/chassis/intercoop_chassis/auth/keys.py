"""The issuer's public keys (JWKS, RFC 7517), fetched when needed and kept when it is down."""

import asyncio
import ssl
import time
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, Final

import httpx
import structlog
from jwt import PyJWK
from jwt.exceptions import PyJWTError

from intercoop_chassis.errors import UnavailableError
from intercoop_chassis.unanswered import UNANSWERED

FRESH_S: Final = 600.0
UNKNOWN_KEY_PAUSE_S: Final = 10.0
FAILED_PAUSE_S: Final = 5.0
FETCH_TIMEOUT_S: Final = 5.0
_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})
_ALGORITHMS: Final = {"RSA": "RS256", "EC": "ES256"}

log = structlog.get_logger()


class KeySet:
    """The keys behind a JWKS address.

    Fetched at the first use, every ten minutes, and when a token names an unknown key (not more
    often than every ten seconds). Old keys serve on while the issuer is down. `clock` gives
    monotonic seconds.
    """

    def __init__(self, url: str, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._url = url
        self._clock = clock
        self._keys: dict[str | None, PyJWK] = {}
        self._fetched_at: float | None = None
        self._not_before = 0.0
        self._fetching = asyncio.Lock()

    async def get(self, key_id: str | None) -> PyJWK | None:
        """The key with this `kid`; for None the only key there is.

        Raises `UnavailableError` when no key could ever be fetched.
        """
        found = self._find(key_id)
        if found is None or self._is_old():
            await self._refresh(key_id)
            found = self._find(key_id)
        if found is None and self._fetched_at is None:
            raise UnavailableError(
                "The keys of the network's issuer cannot be fetched: try again, or have the "
                "operator look for issuer_keys_not_fetched in the log"
            )
        return found

    def _find(self, key_id: str | None) -> PyJWK | None:
        if key_id is None and len(self._keys) == 1:
            return next(iter(self._keys.values()))
        return self._keys.get(key_id)

    def _is_old(self) -> bool:
        return self._fetched_at is None or self._clock() - self._fetched_at > FRESH_S

    async def _refresh(self, key_id: str | None) -> None:
        if self._find(key_id) is not None and self._fetching.locked():
            return  # somebody is at it, and the old key serves meanwhile
        async with self._fetching:
            if self._clock() < self._not_before:
                return
            self._not_before = self._clock() + UNKNOWN_KEY_PAUSE_S
            try:
                self._keys = await self._fetch()
                self._fetched_at = self._clock()
            except (*UNANSWERED, ValueError, OSError) as error:
                _tls.cache_clear()  # perhaps the authorities have changed
                self._not_before = self._clock() + FAILED_PAUSE_S
                log.warning("issuer_keys_not_fetched", url=self._url, error=type(error).__name__)

    async def _fetch(self) -> dict[str | None, PyJWK]:
        nearby = httpx.URL(self._url).host in _LOOPBACK  # no proxy leads there
        async with httpx.AsyncClient(
            timeout=FETCH_TIMEOUT_S, trust_env=not nearby, verify=_tls()
        ) as client:
            answer = await client.get(self._url)
        answer.raise_for_status()
        body = answer.json()
        entries = body.get("keys") if isinstance(body, dict) else None
        if not isinstance(entries, list):
            raise ValueError("not a JWKS")  # noqa: TRY004  an answer's content, no caller's type
        keys = [key for entry in entries if (key := _readable(entry)) is not None]
        if not keys:
            raise ValueError("a JWKS without a key for signatures")
        log.info("issuer_keys_fetched", keys=len(keys))
        return {key.key_id: key for key in keys}


@cache
def _tls() -> ssl.SSLContext:
    """Whom a connection trusts. To read the authorities takes 20 ms of CPU: not at each fetch."""
    return httpx.create_ssl_context()


def _readable(entry: Mapping[str, Any]) -> PyJWK | None:  # Any: JSON of the issuer
    """The key, when it is one for signatures of a kind that is accepted here."""
    algorithm = _ALGORITHMS.get(entry.get("kty", ""))
    if algorithm is None or entry.get("alg", algorithm) != algorithm or entry.get("use") == "enc":
        return None
    try:
        return PyJWK(dict(entry), algorithm=algorithm)
    except PyJWTError as error:
        log.warning("issuer_key_unreadable", kid=entry.get("kid"), error=type(error).__name__)
        return None
