"""The page behind a mail's stop link: one button, for whoever has the link, signed in or not."""

from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from intercoop_chassis.auth import BY_LINK
from intercoop_chassis.http import RequestContext
from intercoop_chassis.pages import done, page_router
from intercoop_chassis.pages.guard import check_same_origin
from intercoop_chassis.postgres import Transaction
from intercoop_notifications.preferences import store
from intercoop_notifications.preferences.domain import PREFERENCES_PATH, STOP_PATH
from intercoop_notifications.preferences.pages.shown import TEMPLATES, TEXTS
from intercoop_notifications.preferences.store import StopLink

_OK: Final = 200
_NOT_FOUND: Final = 404

router = page_router("notifications")


@router.get("/stop/{token}", dependencies=[BY_LINK], summary="Stop mails of one topic?")
async def ask(token: str, request: Request, context: RequestContext) -> Response:
    """Changes nothing, because programs that look through mails follow their links."""
    async with context.db.read() as tx:
        link = await store.of_token(token, tx)
        mails = await store.mails_of(link.person_id, tx) if link else {}
    gettext = TEMPLATES.words(request).gettext
    values = {
        "link": link,
        "texts": TEXTS[link.topic] if link else None,
        "still": [gettext(TEXTS[topic].name) for topic, is_on in mails.items() if is_on],
        "preferences": PREFERENCES_PATH,
        "here": request.url.path,
    }
    status = _OK if link else _NOT_FOUND
    return TEMPLATES.page(request, "preferences/stop.html", values, status=status)


@router.post("/stop/{token}", dependencies=[BY_LINK], summary="Stop mails of one topic")
async def stop(token: str, request: Request, context: RequestContext) -> Response:
    """By its own page's button; again changes nothing. The page says then what was stopped."""
    check_same_origin(request, context.settings.public_url)
    link = await context.db.command(lambda tx: _stopped(token, tx))
    return done(request, f"{STOP_PATH}/{token if link else 'unknown'}")


async def _stopped(token: str, tx: Transaction) -> StopLink | None:
    await store.stop(token, tx)
    return await store.of_token(token, tx)
