"""For staff: news that nobody could be told, because nobody has the role that it is for."""

from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from intercoop_chassis.auth import Staff
from intercoop_chassis.http import Paging, RequestContext
from intercoop_chassis.pages import address, page_router
from intercoop_chassis.pages.menu import N_
from intercoop_contracts.directory import Role
from intercoop_notifications.elsewhere import ORGANISATION, page_of
from intercoop_notifications.notices.pages.kinds import KINDS
from intercoop_notifications.notices.pages.shown import TEMPLATES
from intercoop_notifications.notices.store import undelivered
from intercoop_notifications.notices.store.undelivered import UndeliveredPosition

_LIST: Final = "/notifications/undelivered"
_ROLES: Final = {
    Role.ASSOCIATE: N_("associate"),
    Role.EMPLOYEE: N_("employee"),
    Role.ELECTED: N_("elected representative"),
    Role.MANAGER: N_("manager"),
    Role.ADVISER: N_("adviser"),
    Role.BOARD: N_("member of the board"),
    Role.STAFF: N_("staff"),
    Role.OPERATOR: N_("operator of the instance"),
}

router = page_router("notifications")


@router.get("/undelivered", summary="News that nobody could be told")
async def index(request: Request, _: Staff, page: Paging, context: RequestContext) -> Response:
    async with context.db.read() as tx:
        after = page.after(UndeliveredPosition)
        found = await undelivered.list_undelivered(context.clock(), after, page.fetch, tx)
    best = page.of(found, lambda waiting: UndeliveredPosition(waiting.id))
    gettext = TEMPLATES.words(request).gettext
    values = {
        "waiting": best.items,
        "kinds": KINDS,
        "roles_of": lambda one: [gettext(_ROLES[role]) for role in one.roles],
        "record_of": lambda one: page_of(ORGANISATION, one.organisation_id),
        "now": context.clock(),
        "next": address(_LIST, {"cursor": best.next}) if best.next else "",
    }
    return TEMPLATES.page(request, "undelivered/list.html", values)
