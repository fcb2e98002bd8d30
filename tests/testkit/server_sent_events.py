"""Server-sent events as a browser reads them, over a real connection."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import httpx

from intercoop_chassis.http.server import serve_http
from intercoop_local.platform.ports import free_port
from testkit.notifications_service import NotificationsService


@dataclass(frozen=True)
class Event:
    """One event; a comment has the name of none."""

    name: str
    data: Any
    id: str | None = None


class EventSource:
    """One connection that receives events, named after the browser's interface."""

    def __init__(self, answer: httpx.Response) -> None:
        self.answer = answer
        self._lines = answer.aiter_lines()

    async def next(self, within_s: float = 10.0) -> Event:
        """The next event, or comment. Raises `StopAsyncIteration` at the end of the stream."""
        fields = await self._fields(within_s)
        if "event" not in fields:
            return Event("", fields.get("", ""))
        return Event(fields["event"], json.loads(fields["data"]), fields.get("id"))

    async def next_of_page(self, within_s: float = 10.0) -> Event:
        """The next event of a page's stream, whose data are parts of the page; no comment."""
        while "data" not in (fields := await self._fields(within_s)):
            pass
        return Event(fields.get("event", ""), fields["data"], fields.get("id"))

    async def _fields(self, within_s: float) -> dict[str, str]:
        fields: dict[str, str] = {}
        async with asyncio.timeout(within_s):
            while line := await anext(self._lines):
                name, _, value = line.partition(":")
                more = f"{fields[name]}\n" if name in fields else ""
                fields[name] = more + value.strip()
        return fields

    async def is_over(self, within_s: float = 10.0) -> bool:
        """Read to the end, which comes by itself."""
        try:
            while True:
                await self.next(within_s)
        except StopAsyncIteration:
            return True


class NotificationsServer:
    """A service `notifications` on a port of its own."""

    def __init__(self, service: NotificationsService) -> None:
        self.service = service
        self.stop = service.context.stop
        port = free_port()
        self.origin = f"http://127.0.0.1:{port}"
        self.serving = asyncio.create_task(serve_http(service.app, "127.0.0.1", port, self.stop))

    @asynccontextmanager
    async def event_source(
        self, person: UUID, last_event_id: str | None = None, *, signed_in: bool = False
    ) -> AsyncIterator[EventSource]:
        """Listen as a program of this id, from where it was when it says so.

        Or as a person, by the token of their session.
        """
        claims = {"auth_time": int(time.time())} if signed_in else {}
        token = self.service.issuer.token(self.service.settings, sub=str(person), **claims)
        headers = {"Authorization": f"Bearer {token}"}
        if last_event_id is not None:
            headers["Last-Event-ID"] = last_event_id
        async with self._listening("/notifications/api/notices/live", headers) as event_source:
            yield event_source

    @asynccontextmanager
    async def open_page(
        self, cookies: dict[str, str], last_event_id: str | None = None
    ) -> AsyncIterator[EventSource]:
        """The stream of a page that is open in a browser with these cookies, in French."""
        headers = {
            "Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items()),
            "Accept-Language": "fr",
            "Accept-Encoding": "gzip",
            "HX-Request": "true",
        }
        if last_event_id is not None:
            headers["Last-Event-ID"] = last_event_id
        async with self._listening("/notifications/live", headers) as event_source:
            yield event_source

    @asynccontextmanager
    async def _listening(self, path: str, headers: dict[str, str]) -> AsyncIterator[EventSource]:
        transport = httpx.AsyncHTTPTransport(retries=20)
        async with (
            httpx.AsyncClient(transport=transport, timeout=30) as client,
            client.stream("GET", f"{self.origin}{path}", headers=headers) as answer,
        ):
            yield EventSource(answer)

    async def close(self) -> None:
        self.stop.set()
        await asyncio.wait_for(self.serving, 40)
