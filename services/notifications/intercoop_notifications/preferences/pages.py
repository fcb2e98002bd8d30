"""The link at the foot of each mail: no more of these, by one click and without signing in."""

import re
from typing import Annotated, Any, Final

from fastapi import APIRouter, Path
from fastapi.responses import HTMLResponse

from intercoop_chassis.auth import BY_LINK
from intercoop_chassis.context import Context
from intercoop_chassis.http import RequestContext, service_router
from intercoop_chassis.postgres import Transaction
from intercoop_contracts.directory import Language
from intercoop_notifications.people import language_of
from intercoop_notifications.preferences import store
from intercoop_notifications.preferences.templates import stop_page, unknown_page

_TOKEN: Final = re.compile("[A-Za-z0-9_-]{20,100}")
_HTML: Final = {"text/html": {"schema": {"type": "string"}}}
_PAGES: Final[dict[int | str, dict[str, Any]]] = {  # Any: OpenAPI
    200: {"content": _HTML, "description": "A page in the person's language"},
    404: {"content": _HTML, "description": "A page that says that the link is unknown"},
}

StopToken = Annotated[str, Path(description="As it stands in the mail", examples=["kZ3…"])]

router = service_router("notifications")


def routes(_: Context) -> APIRouter:
    return router


@router.get(
    "/stop/{token}",
    dependencies=[BY_LINK],
    response_class=HTMLResponse,
    responses=_PAGES,
    summary="Ask before mails are turned off",
)
async def ask(token: StopToken, context: RequestContext) -> HTMLResponse:
    """Changes nothing, because programs that look through mails follow their links."""
    async with context.db.read() as tx:
        return await _page(token, tx)


@router.post(
    "/stop/{token}",
    dependencies=[BY_LINK],
    response_class=HTMLResponse,
    responses=_PAGES,
    summary="Turn mails of this topic off",
)
async def stop(token: StopToken, context: RequestContext) -> HTMLResponse:
    """By the page's button, or by a mail program's one click (RFC 8058). Again changes nothing."""

    async def work(tx: Transaction) -> HTMLResponse:
        if _TOKEN.fullmatch(token):
            await store.stop(token, tx)
        return await _page(token, tx)

    return await context.db.command(work)


async def _page(token: str, tx: Transaction) -> HTMLResponse:
    known = await store.of_token(token, tx) if _TOKEN.fullmatch(token) else None
    if known is None:
        return HTMLResponse(unknown_page(), 404)
    language: Language = await language_of(known.person_id, tx)
    path = "/notifications/api/preferences"
    return HTMLResponse(stop_page(known.topic, language, mail=known.mail, preferences=path))
