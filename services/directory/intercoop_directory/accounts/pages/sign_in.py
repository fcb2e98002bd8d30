"""`/directory/sign-in`: the ways that are offered here, in their order on the page."""

from typing import Final

from fastapi import Request
from starlette.responses import Response

from intercoop_chassis.auth import ANYONE
from intercoop_chassis.http import RequestContext
from intercoop_chassis.pages import page_router
from intercoop_directory.accounts.pages.mail_link import MAIL_LINK
from intercoop_directory.accounts.pages.persona import PERSONA
from intercoop_directory.accounts.pages.provider import PROVIDER
from intercoop_directory.accounts.pages.ways import Way, sign_in_page

WAYS: Final[tuple[Way, ...]] = (PERSONA, PROVIDER, MAIL_LINK)

router = page_router("directory")


@router.get("/sign-in", summary="Sign in", dependencies=[ANYONE])
async def show(
    request: Request,
    context: RequestContext,
    next: str = "/",  # noqa: A002  its name in addresses
) -> Response:
    return await sign_in_page(request, context, WAYS, onward=next)
