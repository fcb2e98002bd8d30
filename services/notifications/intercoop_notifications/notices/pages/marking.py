"""Marking one's notices as read, and taking it back."""

from datetime import datetime
from typing import Annotated, Final
from uuid import UUID

from fastapi import Query
from starlette.requests import Request
from starlette.responses import Response

from intercoop_chassis.errors import NotFoundError
from intercoop_chassis.http import RequestContext
from intercoop_chassis.pages import Flash, address, done, page_router
from intercoop_chassis.pages.menu import N_
from intercoop_chassis.postgres import Transaction
from intercoop_notifications.access import Myself
from intercoop_notifications.notices.store import notices

LIST: Final = "/notifications"
_MARKED: Final = N_("Marked as read.")

router = page_router("notifications")


@router.post("/read-all", summary="Mark all of yours as read")
async def read_all(request: Request, me: Myself, context: RequestContext) -> Response:
    async def work(tx: Transaction) -> datetime:
        now = context.clock()
        await notices.mark_all_read(me, now, tx)
        return now

    return _marked(request, await context.db.command(work))


@router.post("/unread", summary="Take back that they were marked at that moment")
async def unread(
    request: Request, me: Myself, context: RequestContext, at: Annotated[datetime, Query()]
) -> Response:
    async def work(tx: Transaction) -> int:
        return await notices.mark_unread(me, at, tx)

    await context.db.command(work)
    return done(request, LIST)


@router.post("/{notice_id:uuid}/read", summary="Mark one as read")
async def read(notice_id: UUID, request: Request, me: Myself, context: RequestContext) -> Response:
    async def work(tx: Transaction) -> datetime | None:
        notice = await notices.mark_read(notice_id, me, context.clock(), tx)
        return notice.read_at if notice else None

    read_at = await context.db.command(work)
    if read_at is None:
        raise NotFoundError("You have no notice of this id: your list has those that you have")
    return _marked(request, read_at)


def _marked(request: Request, read_at: datetime) -> Response:
    """Back to the list, where it can be taken back."""
    undo = address(f"{LIST}/unread", {"at": read_at.isoformat()})
    return done(request, LIST, Flash(text=_MARKED, undo=undo))
