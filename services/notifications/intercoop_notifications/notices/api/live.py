"""Notices as they come: server-sent events (HTML standard, `text/event-stream`)."""

import time
from collections.abc import AsyncGenerator
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import Header, Request
from pydantic import BaseModel

from intercoop_chassis.context import Context
from intercoop_chassis.http import (
    STILL_HERE,
    EventStream,
    RequestContext,
    is_still_known,
    problem_response,
    server_event,
    service_router,
)
from intercoop_chassis.postgres import is_transient
from intercoop_notifications.access import Myself
from intercoop_notifications.notices.api.notice_answer import NoticeAnswer
from intercoop_notifications.notices.api.reading import UnreadCount
from intercoop_notifications.notices.store.arrivals import arrivals, position_of
from intercoop_notifications.notices.store.notices import CHANNEL, count_unread
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

router = service_router("notifications")


@router.get(
    "/notices/live",
    response_class=EventStream,
    status_code=200,
    responses=_RESPONSES,
    summary="Hear of your notices as they come",
)
async def live(
    request: Request, me: Myself, context: RequestContext, last_event_id: LastEventId = None
) -> EventStream:
    """Server-sent events: `unread` first, then a `notice` for each new one, as in the list.

    With `Last-Event-ID` those come first that came since. A comment every 15 s keeps the
    connection open; it ends with its token or its session, and after half an hour at the
    latest: come again.
    """
    context.channel(CHANNEL).check_room(str(me))
    async with context.db.read() as tx:
        position = await position_of(me, last_event_id, tx)
        unread = await count_unread(me, tx)
    return EventStream(_events(request, context, me, position, unread))


async def _events(
    request: Request, context: Context, me: UUID, position: int, unread: int
) -> AsyncGenerator[str]:
    give_up = time.monotonic() + LONGEST_S
    async with context.channel(CHANNEL).waiter(str(me)) as waiter:
        yield _event("unread", UnreadCount(unread=unread))
        while not waiter.is_over and time.monotonic() < give_up:
            found = await _new(context, me, position)
            if found is None or not await is_still_known(request):
                return
            position, events = found
            for event in events:
                yield event
            if len(events) < _AT_ONCE and not await waiter.news(HEARTBEAT_S):
                yield STILL_HERE


async def _new(context: Context, me: UUID, position: int) -> tuple[int, list[str]] | None:
    """The position after what is new, and that as events.

    None ends the stream, where the database is away or was restored: its program comes again.
    """
    try:
        async with context.db.read() as tx:
            found = await arrivals(me, position, _AT_ONCE, tx)
            language = await language_of(me, tx)
    except Exception as error:
        if not is_transient(error):
            raise
        return None
    if found.are_fewer:
        return None
    last = found.notices[-1].position if found.notices else position
    return last, [
        _event("notice", NoticeAnswer.of(notice, language), notice.id) for notice in found.notices
    ]


def _event(name: str, data: BaseModel, event_id: UUID | None = None) -> str:
    return server_event(data.model_dump_json(), name=name, event_id=str(event_id or ""))
