"""One's own notices by day, the newest first."""

from typing import Annotated

from starlette.requests import Request
from starlette.responses import Response

from intercoop_chassis.clock import day_in_france
from intercoop_chassis.http import RequestContext, gathered
from intercoop_chassis.pages import page_router
from intercoop_notifications.access import Myself
from intercoop_notifications.notices.pages.asked import Asked, fragment
from intercoop_notifications.notices.pages.shown import TEMPLATES, by_day, shown
from intercoop_notifications.notices.store import notices
from intercoop_notifications.notices.store.notices import NoticePosition

router = page_router("notifications")


@router.get("", summary="Your notices, by day")
async def index(
    request: Request,
    me: Myself,
    asked: Annotated[Asked, gathered(Asked)],
    context: RequestContext,
) -> Response:
    page = asked.page
    async with context.db.read() as tx:
        after = page.after(NoticePosition)
        found = await notices.list_notices(me, after, page.fetch, tx, unread_only=asked.unread)
        unread = await notices.count_unread(me, tx)
    best = page.of(found, lambda notice: NoticePosition(notice.position))
    said = TEMPLATES.words(request)
    today = day_in_france(context.clock())
    values = {
        "days": by_day([shown(notice, said.language) for notice in best.items], today),
        "unread": unread,
        "counted": notices.UNREAD_COUNTED,
        "asked": asked,
        "fragment": fragment,
        "next": asked.address(cursor=best.next) if best.next else "",
    }
    return TEMPLATES.page(request, "notices/list.html", values)
