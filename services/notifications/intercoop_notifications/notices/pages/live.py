"""What changes in pages that are open: server-sent events for the frame's script.

Events without a name carry parts of the page: the bell, what is said to screen readers, whether the
network answers. `notice` and `changed:latest` have slots ask again.
"""

import time
from collections.abc import AsyncGenerator, Iterator
from typing import Annotated, Final
from uuid import UUID

from fastapi import Header
from markupsafe import Markup
from starlette.requests import Request

from intercoop_chassis.context import Context
from intercoop_chassis.http import (
    STILL_HERE,
    EventStream,
    RequestContext,
    is_still_known,
    server_event,
)
from intercoop_chassis.pages import page_router, partial
from intercoop_chassis.pages.open_page import NetworkNews
from intercoop_chassis.postgres import is_transient
from intercoop_chassis.waiting import pause
from intercoop_notifications.access import Myself
from intercoop_notifications.notices.pages.bell import bell_of
from intercoop_notifications.notices.pages.shown import TEMPLATES, shown
from intercoop_notifications.notices.store.arrivals import Arrivals, arrivals, position_of
from intercoop_notifications.notices.store.notices import CHANNEL

TURN_S: Final = 8.0
"""How often a stream that nothing wakes looks at the network; at notices it looks when woken."""

HEARTBEAT_S: Final = 15.0
SIGNED_IN_S: Final = 40.0
"""How often it is asked whether the session still holds, where there is nothing to tell."""

LONGEST_S: Final = 1_800.0
"""Half of a token's hour: an older one is renewed in the answer to whoever comes again."""

TOGETHER_S: Final = 0.2
"""What comes within this time is told at once."""

AT_ONCE: Final = 20

LastEventId = Annotated[str | None, Header(alias="Last-Event-ID", max_length=64)]

router = page_router("notifications")


@router.get("/live", summary="What changes in pages that are open")
async def live(
    request: Request, me: Myself, context: RequestContext, last_event_id: LastEventId = None
) -> EventStream:
    context.channel(CHANNEL).check_room(str(me))
    async with context.db.read() as tx:
        position = await position_of(me, last_event_id, tx)
    return EventStream(OpenPage(request, context, me, position).events())


class OpenPage:
    """A person's page that is open: what it was told, and what it is told next."""

    def __init__(self, request: Request, context: Context, me: UUID, position: int) -> None:
        self._request = request
        self._context = context
        self._me = me
        self._position = position
        self._unread: int | None = None
        self._network = NetworkNews(request)
        self._said_at = self._asked_at = time.monotonic()

    async def events(self) -> AsyncGenerator[str]:
        """Events until the session or the process ends, or the page should come again."""
        give_up = time.monotonic() + LONGEST_S
        async with self._context.channel(CHANNEL).waiter(str(self._me)) as waiter:
            is_woken = True
            while not waiter.is_over and time.monotonic() < give_up:
                found = await self._new() if is_woken else Arrivals(self._unread or 0, [])
                if found is None or not await self._is_signed_in(found):
                    return
                for event in [*self._told(found), *await self._of_network()]:
                    self._said_at = time.monotonic()
                    yield event
                if time.monotonic() - self._said_at >= HEARTBEAT_S:
                    self._said_at = time.monotonic()
                    yield STILL_HERE
                is_woken = len(found.notices) >= AT_ONCE
                if not is_woken and await waiter.news(TURN_S):
                    is_woken = True
                    await pause(self._context.stop, TOGETHER_S)

    async def _is_signed_in(self, found: Arrivals) -> bool:
        """Asked before anything is told of oneself, and now and then."""
        tells = found.notices or found.unread != self._unread
        if not tells and time.monotonic() - self._asked_at < SIGNED_IN_S:
            return True
        self._asked_at = time.monotonic()
        return await is_still_known(self._request)

    async def _new(self) -> Arrivals | None:
        """What is new; None where the database is away or was restored: the page comes again."""
        try:
            async with self._context.db.read() as tx:
                found = await arrivals(self._me, self._position, AT_ONCE, tx)
        except Exception as error:
            if not is_transient(error):
                raise
            return None
        return None if found.are_fewer else found

    def _told(self, found: Arrivals) -> Iterator[str]:
        """The count where it is another one, and what came since."""
        changed = found.unread != self._unread
        is_first, self._unread = self._unread is None, found.unread
        if found.notices:
            self._position = found.notices[-1].position
        if changed or found.notices:
            last = str(found.notices[-1].id) if found.notices else ""
            yield server_event("".join(self._parts(found)), event_id=last)
        if found.notices:
            yield server_event(str(found.unread), name="notice")
        elif changed and not is_first:
            yield server_event(str(found.unread), name="changed:latest")

    def _parts(self, found: Arrivals) -> Iterator[Markup]:
        yield partial("bell", bell_of(self._request, found.unread))
        if found.notices:
            language = TEMPLATES.words(self._request).language
            values = {"newest": shown(found.notices[-1], language)}
            yield partial("said", TEMPLATES.markup(self._request, "notices/said.html", values))
            yield partial("newer", TEMPLATES.markup(self._request, "notices/newer.html", {}))

    async def _of_network(self) -> list[str]:
        parts = await self._network.parts()
        return [server_event("".join(parts))] if parts else []
