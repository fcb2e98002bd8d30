"""Marking one's notices as read, be it by opening what they are about; and taking it back."""

from datetime import datetime
from typing import Annotated, Final
from uuid import UUID

from fastapi import Query
from starlette.requests import Request
from starlette.responses import Response

from intercoop_chassis.errors import NotFoundError
from intercoop_chassis.http import RequestContext, gathered
from intercoop_chassis.pages import Flash, done, page_router
from intercoop_chassis.pages.menu import N_
from intercoop_chassis.postgres import Transaction
from intercoop_notifications.access import Myself
from intercoop_notifications.notices.domain.notice import Notice
from intercoop_notifications.notices.pages.about import about
from intercoop_notifications.notices.pages.asked import LIST, Asked
from intercoop_notifications.notices.store import notices

_READ: Final = N_("Marked as read.")
_UNREAD: Final = N_("Marked as unread.")

router = page_router("notifications")

From = Annotated[Asked, gathered(Asked)]
"""The part of the list that one comes from, and goes back to."""


@router.post("/read-all", summary="Mark all of yours as read")
async def read_all(request: Request, me: Myself, asked: From, context: RequestContext) -> Response:
    async def work(tx: Transaction) -> datetime:
        now = context.clock()
        await notices.mark_all_read(me, now, tx)
        return now

    read_at = await context.db.command(work)
    undo = asked.address(f"{LIST}/unread", at=read_at.isoformat())
    return done(request, asked.address(), Flash(text=_READ, undo=undo))


@router.post("/unread", summary="Take back that they were marked at that moment")
async def take_back(
    request: Request,
    me: Myself,
    asked: From,
    context: RequestContext,
    at: Annotated[datetime, Query()],
) -> Response:
    await context.db.command(lambda tx: notices.take_back(me, at, tx))
    return done(request, asked.address())


@router.post("/{notice_id:uuid}/read", summary="Mark one as read")
async def read(
    notice_id: UUID, request: Request, me: Myself, asked: From, context: RequestContext
) -> Response:
    await _mark_read(notice_id, me, context)
    return _marked(request, asked, notice_id, Flash(text=_READ, undo=asked.of(notice_id, "unread")))


@router.post("/{notice_id:uuid}/unread", summary="Mark one as unread")
async def unread(
    notice_id: UUID, request: Request, me: Myself, asked: From, context: RequestContext
) -> Response:
    _known(await context.db.command(lambda tx: notices.mark_unread(notice_id, me, tx)))
    return _marked(request, asked, notice_id, Flash(text=_UNREAD, undo=asked.of(notice_id, "read")))


@router.post("/{notice_id:uuid}/open", summary="Mark one as read, and see what it is about")
async def follow(
    notice_id: UUID, request: Request, me: Myself, context: RequestContext
) -> Response:
    notice = await _mark_read(notice_id, me, context)
    return done(request, about(notice.facts).address)


async def _mark_read(notice_id: UUID, me: UUID, context: RequestContext) -> Notice:
    now = context.clock()
    return _known(await context.db.command(lambda tx: notices.mark_read(notice_id, me, now, tx)))


def _known(notice: Notice | None) -> Notice:
    if notice is None:
        raise NotFoundError("You have no notice of this id: your list has those that you have")
    return notice


def _marked(request: Request, asked: Asked, notice_id: UUID, flash: Flash) -> Response:
    """Back to where it stands in the list."""
    return done(request, asked.at(notice_id), flash)
