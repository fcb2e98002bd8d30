"""One's own notices by day, the newest first."""

from starlette.requests import Request
from starlette.responses import Response

from intercoop_chassis.http import Paging, RequestContext
from intercoop_chassis.pages import address, page_router
from intercoop_notifications.access import Myself
from intercoop_notifications.notices.pages.shown import TEMPLATES, by_day, shown
from intercoop_notifications.notices.store import notices
from intercoop_notifications.notices.store.notices import NoticePosition

router = page_router("notifications")


@router.get("", summary="Your notices, by day")
async def index(request: Request, me: Myself, page: Paging, context: RequestContext) -> Response:
    async with context.db.read() as tx:
        after = page.after(NoticePosition)
        found = await notices.list_notices(me, after, page.fetch, tx, unread_only=False)
        unread = await notices.count_unread(me, tx)
    best = page.of(found, lambda notice: NoticePosition(notice.position))
    language = TEMPLATES.words(request).language
    values = {
        "days": by_day([shown(notice, language) for notice in best.items]),
        "unread": unread,
        "next": address("/notifications", {"cursor": best.next}) if best.next else "",
    }
    return TEMPLATES.page(request, "notices/list.html", values)
