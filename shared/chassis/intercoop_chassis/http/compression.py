"""Pages leave compressed (gzip), never streams. The API's answers are left to proxies.

A page holds no secret that compression could betray (BREACH): forms have no tokens.
"""

from typing import Final

from starlette.middleware.gzip import GZipMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

from intercoop_chassis.pages.paths import is_page_path

_LEAST_BYTES: Final = 1_000
_LEVEL: Final = 5


class CompressionMiddleware:
    """ASGI middleware: Starlette's, which leaves event streams alone, around pages."""

    def __init__(self, app: ASGIApp) -> None:
        self._plain = app
        self._compressing = GZipMiddleware(app, minimum_size=_LEAST_BYTES, compresslevel=_LEVEL)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        is_page = scope["type"] == "http" and is_page_path(scope["path"])
        await (self._compressing if is_page else self._plain)(scope, receive, send)
