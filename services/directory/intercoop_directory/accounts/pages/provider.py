"""A way to sign in: a provider that the union uses already vouches for who one is.

A link leads there and not a form, so that no page's policy has to name other sites. What comes back
is of the browser that went: the attempt's secret is in a cookie of ten minutes.
"""

from typing import Annotated, Any, Final

import structlog
from fastapi import Query, Request
from starlette.responses import RedirectResponse, Response

from intercoop_chassis.auth import ANYONE
from intercoop_chassis.context import Context
from intercoop_chassis.http import RequestContext
from intercoop_chassis.pages import address, local_path, page_router
from intercoop_contracts.pages import SIGN_IN_PAGE
from intercoop_directory.accounts.domain.openid import (
    ATTEMPT_LASTS,
    Attempt,
    Unfit,
    VouchedIdentity,
    vouched_by,
)
from intercoop_directory.accounts.gateways.provider import (
    ClientRefusedError,
    Provider,
    ProviderAwayError,
    ProviderRefusedError,
    provider_of,
)
from intercoop_directory.accounts.handlers.grants import grants_of
from intercoop_directory.accounts.handlers.provider import NoVerifiedAddress, enter
from intercoop_directory.accounts.handlers.signing_in import NotAllowed, SignedIn
from intercoop_directory.accounts.pages.held_secrets import HeldSecret, SecretCookie
from intercoop_directory.accounts.pages.opening import device, open_browser_session
from intercoop_directory.accounts.pages.refused import (
    BEGIN_AGAIN,
    NOT_ACCEPTED,
    NOT_ALLOWED,
    NOT_VERIFIED,
    PROVIDER_AWAY,
    PROVIDER_DECLINED,
    Refusal,
    to_refused,
)
from intercoop_directory.accounts.pages.ways import Way
from intercoop_directory.settings import DirectorySettings

_COOKIE: Final = SecretCookie("provider", ATTEMPT_LASTS)
_OTHER_SITES: Final = frozenset({"cross-site", "same-site"})

log = structlog.get_logger()
router = page_router("directory")

Said = Annotated[str, Query(max_length=4000)]


async def fill(_: Request, context: Context) -> dict[str, Any] | None:  # Any: values
    """Offered where a provider is set, by the name of its site."""
    provider = provider_of(context.settings_as(DirectorySettings))
    return {"host": provider.host} if provider else None


PROVIDER: Final = Way("sign_in/provider.html", fill)


@router.get("/sign-in/provider", summary="Go to the provider", dependencies=[ANYONE])
async def begin(
    request: Request,
    context: RequestContext,
    next: str = "/",  # noqa: A002  its name in addresses
) -> Response:
    provider, onward = provider_of(context.settings_as(DirectorySettings)), local_path(next)
    if provider is None or request.headers.get("sec-fetch-site") in _OTHER_SITES:
        return RedirectResponse(address(SIGN_IN_PAGE, {"next": onward}), 303)
    held = HeldSecret.new(onward)
    try:
        response = RedirectResponse(await provider.address(Attempt(held.secret)), 303)
    except ProviderAwayError:
        return to_refused(PROVIDER_AWAY, onward)
    _COOKIE.give(request, response, held)
    return response


@router.get("/sign-in/provider/return", summary="Come back from it", dependencies=[ANYONE])
async def come_back(
    request: Request, context: RequestContext, code: Said = "", state: Said = "", error: Said = ""
) -> Response:
    """The address says what the provider answered; it is good once, in the browser that went.

    One that another site made up ends no attempt.
    """
    provider = provider_of(context.settings_as(DirectorySettings))
    held = _COOKIE.read(request)
    attempt = Attempt(held.secret) if held else None
    if provider is None or held is None or attempt is None or not attempt.is_of(state):
        return to_refused(BEGIN_AGAIN, "/")
    if error or not code:
        log.warning("provider_declined", error=error if error.isidentifier() else "")
        response = to_refused(PROVIDER_DECLINED, held.onward)
    else:
        outcome = await _outcome(code, attempt, provider, request, context)
        response = _answer(request, outcome, held.onward)
    _COOKIE.forget(request, response)
    return response


def _answer(request: Request, outcome: SignedIn | Refusal, onward: str) -> Response:
    if isinstance(outcome, SignedIn):
        return open_browser_session(request, outcome, onward)
    return to_refused(outcome, onward)


async def _outcome(
    code: str, attempt: Attempt, provider: Provider, request: Request, context: Context
) -> SignedIn | Refusal:
    try:
        claims = await provider.redeem(code, attempt)
    except ProviderAwayError as error:
        log.warning("provider_away", reason=error.detail)
        return PROVIDER_AWAY
    except ClientRefusedError as error:
        log.warning("client_refused", reason=error.detail)
        return NOT_ACCEPTED
    except ProviderRefusedError as error:
        log.warning("provider_refused", reason=error.detail)
        return BEGIN_AGAIN
    match vouched_by(claims, provider.client.id, attempt):
        case Unfit(reason=reason):
            log.warning("id_token_unfit", reason=reason)
            return BEGIN_AGAIN
        case VouchedIdentity() as vouched:
            return await _entered(vouched, device(request), context)


async def _entered(vouched: VouchedIdentity, said: str, context: Context) -> SignedIn | Refusal:
    grants = grants_of(context.settings_as(DirectorySettings))
    match await context.db.command(lambda tx: enter(vouched, said, grants, tx)):
        case SignedIn() as signed_in:
            return signed_in
        case NotAllowed():
            return NOT_ALLOWED
        case NoVerifiedAddress():
            return NOT_VERIFIED
