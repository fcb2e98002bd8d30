"""The part of the home page that staff see: mails that bounce or wait."""

from typing import Final

from fastapi import Depends
from markupsafe import Markup
from starlette.requests import Request

from intercoop_chassis.auth.caller import staff
from intercoop_chassis.context import Context
from intercoop_chassis.pages import add_part, page_router
from intercoop_notifications.mails import handlers
from intercoop_notifications.mails.pages.listing import to_look_at
from intercoop_notifications.mails.pages.shown import LIST, TEMPLATES, shown

_SHOWN: Final = 4

router = page_router("notifications")


async def stuck(request: Request, context: Context) -> Markup:
    hindrance = handlers.hindrance(context.settings)
    async with context.db.read() as tx:
        entries = await to_look_at(hindrance, _SHOWN, tx)
        mails = await shown(entries[:_SHOWN], hindrance, tx)
    values = {"mails": mails, "are_more": len(entries) > _SHOWN, "here": LIST}
    return TEMPLATES.markup(request, "mails/stuck.html", values)


add_part(router, "stuck-mails", stuck, Depends(staff))
