"""Asks a provider over HTTP: it has five seconds for an answer of 256 KiB at most."""

import asyncio
import json
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, ClassVar, Final
from urllib.parse import urlsplit

import httpx

from intercoop_chassis.auth.cookies import is_loopback_host
from intercoop_chassis.errors import UnavailableError
from intercoop_chassis.unanswered import UNANSWERED

WITHIN_S: Final = 5.0
MOST_BYTES: Final = 2**18
_HEADERS: Final = {"Accept": "application/json", "Accept-Encoding": "identity"}
_SERVERS_OWN: Final = 500


class ProviderAwayError(UnavailableError):
    """Nobody answers there, or nothing that can be read."""

    code: ClassVar[str] = "provider-away"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a provider answered: a status below 500, and a JSON object."""

    status: int
    body: Mapping[str, Any]  # Any: JSON


async def read(url: str) -> Answer:
    """What is there. Raises `ProviderAwayError`."""
    return await _ask(httpx.Request("GET", url, headers=_HEADERS))


async def send(url: str, form: Mapping[str, str], auth: httpx.Auth | None) -> Answer:
    """The answer to a form. Raises `ProviderAwayError`."""
    return await _ask(httpx.Request("POST", url, headers=_HEADERS, data=dict(form)), auth)


def is_safe(url: str) -> bool:
    """Whether what is sent there, and what comes, is nobody else's to read or to change."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    return bool(host) and (
        parts.scheme == "https" or (parts.scheme == "http" and is_loopback_host(host))
    )


async def _ask(request: httpx.Request, auth: httpx.Auth | None = None) -> Answer:
    nearby = is_loopback_host(request.url.host)  # no proxy leads there
    try:
        async with (
            asyncio.timeout(WITHIN_S),
            httpx.AsyncClient(trust_env=not nearby, verify=_tls(), timeout=WITHIN_S) as client,
        ):
            answer = await client.send(request, auth=auth, stream=True)
            content = await _content(answer)
    except (*UNANSWERED, OSError) as error:
        _tls.cache_clear()  # perhaps the authorities have changed
        raise ProviderAwayError(f"The provider does not answer ({type(error).__name__})") from error
    if answer.status_code >= _SERVERS_OWN:
        raise ProviderAwayError(f"The provider answers {answer.status_code}")
    return Answer(answer.status_code, _object(content))


async def _content(answer: httpx.Response) -> bytes:
    """The answer as it travels: what is compressed all the same is not read."""
    content = bytearray()
    async for piece in answer.aiter_raw():
        content += piece
        if len(content) > MOST_BYTES:
            raise ProviderAwayError(f"The provider's answer has more than {MOST_BYTES} bytes")
    return bytes(content)


def _object(content: bytes) -> Mapping[str, Any]:  # Any: JSON
    try:
        body = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise ProviderAwayError("The provider's answer is no JSON") from error
    if not isinstance(body, dict):
        raise ProviderAwayError("The provider's answer is no JSON object")
    return body


@cache
def _tls() -> ssl.SSLContext:
    """Whom a connection trusts. To read the authorities takes 20 ms of CPU: not each time."""
    return httpx.create_ssl_context()
