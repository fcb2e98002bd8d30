"""The link of each mail, as mail programs use it: no more of these by one POST (RFC 8058).

Mails of a version before lead people here too, who are shown the page.
"""

from typing import Annotated, Any, Final

from fastapi import Path
from fastapi.responses import HTMLResponse, RedirectResponse

from intercoop_chassis.auth import BY_LINK
from intercoop_chassis.http import RequestContext, service_router
from intercoop_chassis.postgres import Transaction
from intercoop_notifications.people import language_of
from intercoop_notifications.preferences import store
from intercoop_notifications.preferences.domain import PREFERENCES_PATH, stop_page
from intercoop_notifications.preferences.templates import stopped_page, unknown_page

_HTML: Final = {"text/html": {"schema": {"type": "string"}}}
_PAGES: Final[dict[int | str, dict[str, Any]]] = {  # Any: OpenAPI
    200: {"content": _HTML, "description": "A page in the person's language"},
    404: {"content": _HTML, "description": "A page that says that the link is unknown"},
}

StopToken = Annotated[str, Path(description="As it stands in the mail", examples=["kZ3…"])]

router = service_router("notifications")


@router.get(
    "/stop/{token}",
    dependencies=[BY_LINK],
    status_code=303,
    response_class=RedirectResponse,
    summary="Go to the page that asks before mails are turned off",
)
async def ask(token: StopToken) -> RedirectResponse:
    """Changes nothing, because programs that look through mails follow their links."""
    known = token if store.TOKEN.fullmatch(token) else "unknown"
    return RedirectResponse(stop_page("", known), 303)


@router.post(
    "/stop/{token}",
    dependencies=[BY_LINK],
    response_class=HTMLResponse,
    responses=_PAGES,
    summary="Turn mails of this topic off",
)
async def stop(token: StopToken, context: RequestContext) -> HTMLResponse:
    """By a mail program's one click, whatever the body: no redirect. Again changes nothing."""

    async def work(tx: Transaction) -> HTMLResponse:
        await store.stop(token, tx)
        return await _page(token, tx)

    return await context.db.command(work)


async def _page(token: str, tx: Transaction) -> HTMLResponse:
    known = await store.of_token(token, tx)
    if known is None:
        return HTMLResponse(unknown_page(), 404)
    language = await language_of(known.person_id, tx)
    return HTMLResponse(stopped_page(known.topic, language, preferences=PREFERENCES_PATH))
