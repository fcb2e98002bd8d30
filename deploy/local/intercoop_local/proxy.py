"""One address for an instance whose services run in processes of their own (a reverse proxy)."""

from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from contextlib import suppress
from typing import Final, cast

import httpx
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from intercoop_chassis.unanswered import UNANSWERED

Header = tuple[bytes, bytes]

_HOP_BY_HOP: Final = frozenset(
    {
        b"connection", b"keep-alive", b"proxy-authenticate", b"proxy-authorization",
        b"proxy-connection", b"te", b"trailer", b"transfer-encoding", b"upgrade",
    }
)  # fmt: skip
"""Headers of one connection (RFC 9110, 7.6.1); also those that `Connection` names."""

_OURS: Final = frozenset(
    {b"forwarded", b"x-forwarded-for", b"x-forwarded-proto", b"x-forwarded-host", b"x-real-ip"}
)
"""Said by this proxy alone: it is the first one, and whoever sends them makes them up."""

_ITS_OWN: Final = frozenset({b"date"})
"""Set by the server that this proxy runs in."""

_PATIENCE: Final = {"connect": 5.0, "read": None, "write": None, "pool": None}
"""Seconds. A live stream is silent for as long as nothing happens."""


class Proxy:
    """An ASGI application that sends `/<service>/…` to its process, and all else to the first one.

    Where that takes no connection the next one is asked, which says so in words of its own. `urls`
    has each service's base address. Bodies pass as they come, in both directions, and the
    end of either connection ends the other.
    """

    def __init__(self, urls: Mapping[str, str]) -> None:
        self._urls = {service: httpx.URL(url) for service, url in urls.items()}
        self._first = next(iter(self._urls))
        limits = httpx.Limits(max_connections=None, max_keepalive_connections=20)
        self._transport = httpx.AsyncHTTPTransport(limits=limits)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        request = Request(scope, receive)
        service = self._service(scope["path"])
        try:
            answer = await self._answer(request, service)
        except UNANSWERED:
            await _unanswered(service)(scope, receive, send)
            return
        except ClientDisconnect:
            return
        try:
            await _passing(answer)(scope, receive, send)
        finally:
            await answer.aclose()

    async def close(self) -> None:
        """Close the connections to the services."""
        await self._transport.aclose()

    def _service(self, path: str) -> str:
        name = path.split("/", 2)[1] if path.startswith("/") else ""
        return name if name in self._urls else self._first

    async def _answer(self, request: Request, service: str) -> httpx.Response:
        """That of the service, or of the first other that takes a connection."""
        *first, last = service, *(name for name in self._urls if name != service)
        for asked in first:
            with suppress(httpx.ConnectError):
                return await self._ask(request, asked)
        return await self._ask(request, last)

    async def _ask(self, request: Request, service: str) -> httpx.Response:
        return await self._transport.handle_async_request(
            httpx.Request(
                request.method,
                self._urls[service],
                headers=[*_passed_on(request.headers.raw, _OURS), *_about(request)],
                content=_body(request),
                extensions={"timeout": _PATIENCE, "target": _target(request)},
            )
        )


def _passing(answer: httpx.Response) -> Response:
    """The answer as it comes, piece by piece."""
    pieces = cast("AsyncIterator[bytes]", answer.stream)  # an AsyncHTTPTransport's is one
    passing = StreamingResponse(pieces, answer.status_code)
    passing.raw_headers = list(_passed_on(answer.headers.raw, _ITS_OWN))
    return passing


def _target(request: Request) -> bytes:
    """The path and query as they were sent, nothing decoded."""
    raw: bytes = request.scope["raw_path"]
    query: bytes = request.scope["query_string"]
    return raw + b"?" + query if query else raw


def _body(request: Request) -> AsyncIterator[bytes] | None:
    """The body where there is one: with a length, or in pieces."""
    has_one = "content-length" in request.headers or "transfer-encoding" in request.headers
    return request.stream() if has_one else None


def _passed_on(
    headers: Iterable[Header], dropped: frozenset[bytes] = frozenset()
) -> Iterator[Header]:
    """What goes on to the next connection, in its order, names in lower case."""
    known = [(name.lower(), value) for name, value in headers]
    named = b",".join(value for name, value in known if name == b"connection")
    here_alone = {name.strip().lower() for name in named.split(b",")} | _HOP_BY_HOP | dropped
    return ((name, value) for name, value in known if name not in here_alone)


def _about(request: Request) -> Iterator[Header]:
    """Who asks, and how they came here."""
    if request.client:
        yield b"x-forwarded-for", request.client.host.encode()
    yield b"x-forwarded-proto", request.scope["scheme"].encode()
    yield b"x-forwarded-host", request.headers.get("host", "").encode("latin-1")


def _unanswered(service: str) -> Response:
    problem = {
        "type": "about:blank",
        "title": "Bad Gateway",
        "status": 502,
        "code": "service-unanswered",
        "detail": f"{service} does not answer: see `intercoop status`, and its log",
    }
    return JSONResponse(problem, 502, media_type="application/problem+json")
