"""One's own notices: list, count, mark as read."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Response
from pydantic import BaseModel, Field

from intercoop_chassis.errors import NotFoundError
from intercoop_chassis.http import Answer, Once, Page, Paging, RequestContext, service_router
from intercoop_chassis.postgres import Transaction
from intercoop_notifications.access import Myself
from intercoop_notifications.notices.api.notice_answer import NoticeAnswer
from intercoop_notifications.notices.store import notices
from intercoop_notifications.notices.store.notices import NoticePosition
from intercoop_notifications.people import language_of

router = service_router("notifications")


class UnreadCount(BaseModel):
    unread: int = Field(examples=[3])


class Marked(BaseModel):
    """How many were unread before."""

    read: int = Field(examples=[3])


@router.get("/notices", summary="List your notices, the newest first")
async def index(
    me: Myself,
    page: Paging,
    context: RequestContext,
    unread: Annotated[bool, Query(description="Only those you have not read")] = False,  # noqa: FBT002  a query
) -> Page[NoticeAnswer]:
    """In your language, as the directory has it."""
    async with context.db.read() as tx:
        after = page.after(NoticePosition)
        found = await notices.list_notices(me, after, page.fetch, tx, unread_only=unread)
        language = await language_of(me, tx)
    shown = page.of(found, lambda notice: NoticePosition(notice.position))
    items = [NoticeAnswer.of(notice, language) for notice in shown.items]
    return Page(items=items, next=shown.next)


@router.get("/notices/count", summary="Count your unread notices")
async def count(me: Myself, context: RequestContext) -> UnreadCount:
    async with context.db.read() as tx:
        return UnreadCount(unread=await notices.count_unread(me, tx))


@router.post(
    "/notices/{notice_id:uuid}/read", response_model=NoticeAnswer, summary="Mark one as read"
)
async def read(notice_id: UUID, me: Myself, once: Once, context: RequestContext) -> Response:
    """Again changes nothing."""

    async def work(tx: Transaction) -> NoticeAnswer:
        notice = await notices.mark_read(notice_id, me, context.clock(), tx)
        if notice is None:
            raise NotFoundError("You have no notice of this id: list yours to find the right one")
        return NoticeAnswer.of(notice, await language_of(me, tx))

    return await once.run(context.db, work, lambda made: Answer(made, status=200))


@router.post("/notices/read-all", response_model=Marked, summary="Mark all of yours as read")
async def read_all(me: Myself, once: Once, context: RequestContext) -> Response:
    async def work(tx: Transaction) -> Marked:
        return Marked(read=await notices.mark_all_read(me, context.clock(), tx))

    return await once.run(context.db, work, lambda made: Answer(made, status=200))
