"""Notices as they come: server-sent events (HTML standard, `text/event-stream`)."""

import time
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Header
from fastapi.responses import StreamingResponse
from pydantic import BaseModel
from starlette.types import Receive, Scope, Send

from intercoop_chassis.context import Context
from intercoop_chassis.http import RequestContext, problem_response, service_router
from intercoop_chassis.postgres import Transaction, is_transient
from intercoop_notifications.access import Myself, own_notice
from intercoop_notifications.notices.api.listening import Listener, Listening
from intercoop_notifications.notices.api.notice_answer import NoticeAnswer
from intercoop_notifications.notices.api.reading import UnreadCount
from intercoop_notifications.notices.store import notices
from intercoop_notifications.people import language_of

HEARTBEAT_S: Final = 15.0
LONGEST_S: Final = 1800.0
"""After that the connection ends, and its program comes again with a token that is still valid."""

_AT_ONCE: Final = 20
"""Notices that are read at once; the largest has some 40 kB."""

_EXAMPLE: Final = (
    'event: unread\ndata: {"unread":1}\n\n'
    'id: 01938f1e-0000-7000-8000-0000000000c1\nevent: notice\ndata: {"id":"01938f1e-…"}\n\n'
)
_EVENT: Final = {
    "type": "object",
    "description": "One event; `data` is JSON: a count, or a notice as in the list",
    "properties": {
        "event": {"type": "string", "enum": ["unread", "notice"]},
        "data": {"type": "string"},
        "id": {"type": "string", "format": "uuid", "description": "Of the notice"},
    },
    "required": ["event", "data"],
}
_RESPONSES: Final[dict[int | str, dict[str, Any]]] = {  # Any: OpenAPI
    200: {
        "description": "`unread` with a count, then each new `notice`",
        "content": {"text/event-stream": {"schema": _EVENT, "example": _EXAMPLE}},
    },
    429: problem_response("You listen in too many places already"),
}

LastEventId = Annotated[
    str | None,
    Header(alias="Last-Event-ID", description="The id of the last notice that came", max_length=64),
]


class EventStream(StreamingResponse):
    """Ends its generator whichever way the connection ended."""

    media_type = "text/event-stream"

    def __init__(self, events: AsyncGenerator[str]) -> None:
        super().__init__(events, headers={"X-Accel-Buffering": "no"})
        self._events = events

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            await self._events.aclose()


@dataclass(frozen=True, slots=True)
class Start:
    """Where a person's stream begins: after this position, with so many unread."""

    position: int
    unread: int


def routes(listening: Listening) -> APIRouter:
    router = service_router("notifications")

    @router.get(
        "/notices/live",
        response_class=EventStream,
        status_code=200,
        responses=_RESPONSES,
        summary="Hear of your notices as they come",
    )
    async def live(
        me: Myself, context: RequestContext, last_event_id: LastEventId = None
    ) -> EventStream:
        """Server-sent events: `unread` first, then a `notice` for each new one, as in the list.

        With `Last-Event-ID` those come first that came since. A comment every 15 s keeps the
        connection open; it ends after half an hour at the latest: come again.
        """
        listening.check_room(me)
        async with context.db.read() as tx:
            start = await _start(me, last_event_id, tx)
        return EventStream(_events(listening, context, me, start))

    return router


async def _start(person_id: UUID, last_event_id: str | None, tx: Transaction) -> Start:
    """After the notice that came last, if it is one of this person's; else after all there are."""
    position = (await notices.given([person_id], tx)).get(person_id, 0)
    last_id = _id(last_event_id)
    last = await own_notice(last_id, person_id, tx) if last_id else None
    if last:
        position = last.position
    return Start(position, await notices.count_unread(person_id, tx))


def _id(last_event_id: str | None) -> UUID | None:
    try:
        return UUID(last_event_id) if last_event_id else None
    except ValueError:
        return None


async def _events(
    listening: Listening, context: Context, me: UUID, start: Start
) -> AsyncGenerator[str]:
    give_up = time.monotonic() + LONGEST_S
    async with listening.listener(me, start.position) as listener:
        yield _event("unread", UnreadCount(unread=start.unread))
        while not listener.is_over and time.monotonic() < give_up:
            events = await _new(listener, context)
            for event in events:
                yield event
            if len(events) < _AT_ONCE and not await listener.news(HEARTBEAT_S):
                yield ": still here\n\n"


async def _new(listener: Listener, context: Context) -> list[str]:
    """What came after the listener's position, as events; the position moves on.

    Ends the listener when the database is away: its program comes again, and misses nothing.
    """
    try:
        async with context.db.read() as tx:
            found = await notices.after(listener.person_id, listener.position, _AT_ONCE, tx)
            language = await language_of(listener.person_id, tx)
    except Exception as error:
        if not is_transient(error):
            raise
        listener.end()
        return []
    if found:
        listener.position = found[-1].position
    return [_event("notice", NoticeAnswer.of(notice, language), notice.id) for notice in found]


def _event(name: str, data: BaseModel, event_id: UUID | None = None) -> str:
    mark = f"id: {event_id}\n" if event_id else ""
    return f"{mark}event: {name}\ndata: {data.model_dump_json()}\n\n"
