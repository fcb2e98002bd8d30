"""Observability of every request: trace, log line, histogram; errors become problems."""

import re
import time
from collections.abc import Mapping
from typing import Final

import structlog
from prometheus_client import Histogram
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from intercoop_chassis.context import Context
from intercoop_chassis.http.answering import answer_either
from intercoop_chassis.tracing import bind_trace, current_trace

REQUESTS = Histogram(
    "intercoop_http_request_seconds",
    "Requests answered, by route",
    ["service", "method", "route", "status"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15),
)

_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_CORRELATION: Final = re.compile("[A-Za-z0-9._:-]{1,128}")
_QUIET: Final = ("/health/", "/metrics")
_SECURITY: Final = {
    b"cache-control": b"no-store",
    b"content-security-policy": b"default-src 'none'; frame-ancestors 'none'",
    b"referrer-policy": b"no-referrer",
    b"x-content-type-options": b"nosniff",
}
_HTTPS: Final = {b"strict-transport-security": b"max-age=31536000"}

log = structlog.get_logger()


class ObservabilityMiddleware:
    """The outermost ASGI middleware. `services` are those it serves, by their names in paths.

    Each has a context, which its endpoints are given (`RequestContext`).

    With `https` each answer has Strict-Transport-Security (HSTS, RFC 6797).
    """

    def __init__(
        self, app: ASGIApp, services: Mapping[str, Context], *, https: bool = False
    ) -> None:
        self._app = app
        self._headers = _SECURITY | (_HTTPS if https else {})
        self._services = services

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        service = self._service(scope["path"])
        if service:
            scope.setdefault("state", {})["context"] = self._services[service]
        correlation = _correlation(headers.get("x-correlation-id"))
        with (
            bind_trace(headers.get("traceparent"), correlation=correlation),
            structlog.contextvars.bound_contextvars(service=service or "http"),
        ):
            await self._observed(scope, receive, send, service)

    def _service(self, path: str) -> str | None:
        first = path.split("/", 2)[1:2]
        return first[0] if first and first[0] in self._services else None

    async def _observed(
        self, scope: Scope, receive: Receive, send: Send, service: str | None
    ) -> None:
        started = time.perf_counter()
        answer = _Answer(send, self._headers)
        try:
            await self._app(scope, receive, answer.send)
        except Exception as error:
            if answer.status:
                raise  # the answer has begun: only the connection can be cut
            response = await answer_either(Request(scope), error)
            await response(scope, receive, answer.send)
        finally:
            _record(scope, service, answer.status or 499, time.perf_counter() - started)


class _Answer:
    """Passes an answer on, notes its status and adds the security headers and the trace id."""

    def __init__(self, send: Send, headers: Mapping[bytes, bytes]) -> None:
        self._send = send
        self._headers = headers
        self.status = 0

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            own = dict(message["headers"])
            more = [header for header in self._headers.items() if header[0] not in own]
            trace = current_trace()
            if trace:
                more.append((b"x-trace-id", trace.trace_id.encode()))
            message["headers"] = [*message["headers"], *more]
        await self._send(message)


def _record(scope: Scope, service: str | None, status: int, seconds: float) -> None:
    method = scope["method"] if scope["method"] in _METHODS else "OTHER"
    route = _template(scope)
    REQUESTS.labels(service or "http", method, route, str(status)).observe(seconds)
    write = log.debug if scope["path"].startswith(_QUIET) else log.info
    write("request", method=method, route=route, status=status, ms=round(seconds * 1000, 1))


def _correlation(header: str | None) -> str | None:
    return header if header and _CORRELATION.fullmatch(header) else None


def _template(scope: Scope) -> str:
    """The route as declared, so that ids make no labels; `unmatched` where there is none."""
    path: str = getattr(scope.get("route"), "path", "unmatched")
    return path
