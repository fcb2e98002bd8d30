"""Admission, before any route: authentication, rate limit, a bound on the body."""

from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from intercoop_chassis.auth.cookies import SessionCookie
from intercoop_chassis.auth.identity import Identity
from intercoop_chassis.http.body import BoundedBody
from intercoop_chassis.http.client_address import stranger
from intercoop_chassis.http.query import check_query
from intercoop_chassis.http.request_limits import check_request_limits
from intercoop_chassis.http.throttle import Throttle
from intercoop_chassis.http.who_asks import NOT_ASKED, identify
from intercoop_chassis.pages.site import site_of

_HEALTH: Final = "/health/"
_METRICS: Final = "/metrics"


class AdmissionMiddleware:
    """ASGI middleware: identifies the caller by their token, counts the request, bounds its body.

    Requests of monitoring (health and metrics) are neither identified nor counted.
    """

    def __init__(self, app: ASGIApp, throttle: Throttle, max_body_bytes: int) -> None:
        self._app = app
        self._throttle = throttle
        self._max_body_bytes = max_body_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        check_request_limits(scope)
        request = Request(scope)
        request.state.who, request.state.name = NOT_ASKED, ""
        if scope["path"] != _METRICS and not scope["path"].startswith(_HEALTH):
            visitor = await identify(request)
            request.state.who, request.state.name = visitor.who, visitor.name
            send = _renewing(send, request, visitor.renewed) if visitor.renewed else send
            self._throttle.count(_caller(visitor.who, request))
            check_query(scope)
        body = BoundedBody(scope, receive, self._max_body_bytes)
        await self._app(scope, body.receive, send)


def _cookie(request: Request) -> SessionCookie:
    return SessionCookie.of(site_of(request).context.settings)


def _renewing(send: Send, request: Request, token: str) -> Send:
    """Give the session's new token along, unless the answer says itself what the cookie is."""
    carrier, cookie = Response(), _cookie(request)
    cookie.set_on(carrier, token)
    header = (b"set-cookie", carrier.headers["set-cookie"].encode("latin-1"))
    begins = f"{cookie.name}=".encode()

    async def send_renewed(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = list(message["headers"])
            if not any(name == header[0] and value.startswith(begins) for name, value in headers):
                message = {**message, "headers": [*headers, header]}
        await send(message)

    return send_renewed


def _caller(who: Identity | Exception, request: Request) -> str:
    """The key of the rate limit: a person, or else where a stranger asks from."""
    if isinstance(who, Identity):
        return f"{who.owner}/{who.subject}"
    return stranger(request.scope.get("client"))
