"""A limit to what a request may bring."""

from typing import Final

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from intercoop_chassis.http.problems import BodyTooLargeError, answer_error

DEFAULT_MAX_BYTES: Final = 10 * 1024 * 1024


class BodyLimit:
    """Answers 413 to a body that says it is too long, and stops reading one that proves to be."""

    def __init__(self, app: ASGIApp, max_bytes: int = DEFAULT_MAX_BYTES) -> None:
        self._app = app
        self._max_bytes = max_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        declared = Headers(scope=scope).get("content-length", "")
        if declared.isdecimal() and int(declared) > self._max_bytes:
            response = await answer_error(Request(scope), BodyTooLargeError(self._max_bytes))
            await response(scope, receive, send)
            return
        await self._app(scope, self._counted(receive), send)

    def _counted(self, receive: Receive) -> Receive:
        total = 0

        async def counted() -> Message:
            nonlocal total
            message = await receive()
            total += len(message.get("body", b""))
            if total > self._max_bytes:
                raise BodyTooLargeError(self._max_bytes)
            return message

        return counted
