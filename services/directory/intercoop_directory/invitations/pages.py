"""The page of a personal link: looking at it changes nothing, its button opens the account."""

from pathlib import Path
from typing import Any, Final

from fastapi import APIRouter, Request
from starlette.responses import Response

from intercoop_chassis.auth import BY_LINK
from intercoop_chassis.context import Context
from intercoop_chassis.errors import NotFoundError
from intercoop_chassis.http import RequestContext
from intercoop_chassis.pages import Templates, page_router
from intercoop_chassis.pages.guard import check_same_origin
from intercoop_chassis.pages.menu import N_
from intercoop_directory.accounts.handlers.signing_in import SignedIn
from intercoop_directory.accounts.pages.opening import device, open_browser_session
from intercoop_directory.invitations.handlers import Closed, claim, look

_TEMPLATES: Final = Templates(
    Path(__file__).parent / "templates", Path(__file__).parents[1] / "locale"
)
_WHY: Final = {
    Closed.USED: N_("This invitation was used already. If it was you, sign in with your address."),
    Closed.VOID: N_("This invitation is good no more: a newer one was sent, or it was taken back."),
    Closed.LATE: N_("This invitation was good for seven days, which are over."),
    Closed.NOT_YET: N_("Your role here does not hold today. The link is good again when it does."),
}
_OK: Final = 200
_GONE: Final = 410
_LONGEST: Final = 100
"""Of a secret in an address: ours have 43 characters."""

_router = page_router("directory")


@_router.get("/invitations/{secret}", summary="A personal invitation", dependencies=[BY_LINK])
async def show(secret: str, request: Request, context: RequestContext) -> Response:
    async with context.db.read() as tx:
        found = await look(_bounded(secret), tx)
    if isinstance(found, Closed):
        return _closed(request, found)
    return _page(request, "open.html", {"name": found.person.record.full_name, "secret": secret})


@_router.post("/invitations/{secret}", summary="Claim one's account", dependencies=[BY_LINK])
async def take(secret: str, request: Request, context: RequestContext) -> Response:
    """Only from its own page: nobody is signed in by another site's form, as somebody else."""
    check_same_origin(request, context.settings.public_url)
    said = device(request)
    outcome = await context.db.command(lambda tx: claim(_bounded(secret), said, tx))
    if isinstance(outcome, SignedIn):
        return open_browser_session(request, outcome)
    return _closed(request, outcome)


def pages(_: Context) -> APIRouter:
    return _router


def _bounded(secret: str) -> str:
    return secret if len(secret) <= _LONGEST else ""


def _closed(request: Request, why: Closed) -> Response:
    if why is Closed.UNKNOWN:
        raise NotFoundError("There is no such invitation: open the link of the mail as it is")
    reason = _TEMPLATES.words(request).gettext(_WHY[why])
    return _page(request, "closed.html", {"reason": reason}, status=_GONE)


def _page(
    request: Request,
    name: str,
    values: dict[str, Any],  # Any: a template's values
    *,
    status: int = _OK,
) -> Response:
    response = _TEMPLATES.page(request, f"invitations/{name}", values, status=status)
    response.headers["Cache-Control"] = "no-store"
    return response
