"""`HEAD` wherever there is `GET` (RFC 9110, 9.3.2): the same answer without its content."""

import asyncio

from starlette.types import ASGIApp, Message, Receive, Scope, Send


class HeadMiddleware:
    """ASGI middleware: asks what is inside for `GET`, as a client that leaves after the headers.

    An endless answer ends there; of one with an end what it would have said is let fall.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self._app(scope, receive, send)
            return
        # Since ASGI 2.4 who answers hears of a client that left from `send`, as an error.
        asgi = {**scope.get("asgi", {}), "spec_version": "2.3"}
        inside = {**scope, "method": "GET", "asgi": asgi}
        client = _HeadersOnly(send)
        try:
            await self._app(inside, client.receive, client.send)
        finally:
            scope.update({key: inside[key] for key in ("route", "endpoint") if key in inside})


class _HeadersOnly:
    """A client who sends no body, reads the headers, and leaves."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._has_asked = False
        self._has_headers = asyncio.Event()

    async def receive(self) -> Message:
        if not self._has_asked:
            self._has_asked = True
            return {"type": "http.request", "body": b"", "more_body": False}
        await self._has_headers.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            await self._send(message)
            await self._send({"type": "http.response.body", "body": b""})
            self._has_headers.set()
