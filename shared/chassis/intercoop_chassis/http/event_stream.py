"""Server-sent events (HTML standard, `text/event-stream`): an answer that goes on."""

import asyncio
from collections.abc import AsyncGenerator

from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

STILL_HERE = ": still here\n\n"
"""A comment, which proxies see and readers do not: the connection is not idle."""


class EventStream(StreamingResponse):
    """Ends its generator whichever way the connection ended, by one cancellation.

    Starlette cancels again and again what a reader has left, a transaction's roll back too.
    """

    media_type = "text/event-stream"

    def __init__(self, events: AsyncGenerator[str]) -> None:
        super().__init__(events, headers={"X-Accel-Buffering": "no"})
        self._events = events

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002  ASGI
        sending = asyncio.create_task(self.stream_response(send), name="http.event-stream")
        leaving = asyncio.create_task(_left(receive), name="http.event-stream.left")
        try:
            await asyncio.wait({sending, leaving}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            sending.cancel()
            leaving.cancel()
            sent, _ = await asyncio.gather(sending, leaving, return_exceptions=True)
            await self._events.aclose()
        if isinstance(sent, Exception):
            raise sent


async def _left(receive: Receive) -> None:
    """Until the reader has left."""
    while (await receive())["type"] != "http.disconnect":
        pass


def server_event(data: str, *, name: str = "", event_id: str = "") -> str:
    """One event. Without a name a page's script puts its parts (`<hx-partial>`) into the page."""
    head = (f"id: {event_id}\n" if event_id else "") + (f"event: {name}\n" if name else "")
    return head + "".join(f"data: {line}\n" for line in data.splitlines() or [""]) + "\n"
