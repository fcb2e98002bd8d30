"""How much is new: inside of the bell on every page, and the newest on the home page."""

from typing import Final

from markupsafe import Markup
from starlette.requests import Request

from intercoop_chassis.auth import MEMBER
from intercoop_chassis.auth.identity import Identity
from intercoop_chassis.context import Context
from intercoop_chassis.pages import add_part, page_router
from intercoop_notifications.notices.pages.shown import TEMPLATES, shown
from intercoop_notifications.notices.store import notices

LATEST: Final = 4

router = page_router("notifications")


def bell_of(request: Request, unread: int) -> Markup:
    """The inside of the bell's link."""
    return TEMPLATES.markup(request, "notices/bell.html", {"unread": unread})


async def bell(request: Request, context: Context) -> Markup:
    who: Identity = request.state.who
    async with context.db.statement() as tx:
        return bell_of(request, await notices.count_unread(who.subject, tx))


async def latest(request: Request, context: Context) -> Markup:
    """The part of the home page: what one has not read yet."""
    who: Identity = request.state.who
    async with context.db.read() as tx:
        found = await notices.list_notices(who.subject, None, LATEST, tx, unread_only=True)
        unread = await notices.count_unread(who.subject, tx)
    language = TEMPLATES.words(request).language
    values = {"notices": [shown(notice, language) for notice in found], "unread": unread}
    return TEMPLATES.markup(request, "notices/latest.html", values)


add_part(router, "bell", bell, MEMBER)
add_part(router, "latest", latest, MEMBER)
