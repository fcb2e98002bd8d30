"""The page of whoever did not get in: what happened, and what one can do instead."""

from dataclasses import dataclass
from typing import Annotated, Final

from fastapi import Query, Request
from starlette.responses import RedirectResponse, Response

from intercoop_chassis.auth import ANYONE
from intercoop_chassis.pages import address, local_path, page_router
from intercoop_chassis.pages.menu import N_
from intercoop_directory.accounts.pages.ways import TEMPLATES

_PAGE: Final = "/directory/sign-in/refused"


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why somebody is not signed in, and the remedy; with whom to ask, where `asks` is set.

    `why` is its name in addresses.
    """

    why: str
    status: int
    happened: str
    remedy: str
    asks: bool = True


TOO_MANY: Final = Refusal(
    "too-many",
    429,
    N_("Too many codes were asked for within an hour."),
    N_("Use a code that came already, or wait an hour and ask again."),
)
NOT_ALLOWED: Final = Refusal(
    "not-allowed",
    403,
    N_("Your address opens nothing here yet."),
    N_(
        "It is really yours, but no role in a co-operative or in the union goes with it today, or"
        " several people share it. The staff of the union can change that."
    ),
)
NOT_VERIFIED: Final = Refusal(
    "not-verified",
    403,
    N_("The service where you have an account has not checked your e-mail address."),
    N_("Have your address confirmed there, or sign in in another way."),
)
BEGIN_AGAIN: Final = Refusal(
    "begin-again",
    422,
    N_("This sign-in cannot be finished."),
    N_(
        "It was begun more than ten minutes ago, in another browser, or it was used already."
        " Begin again: nothing is lost."
    ),
    asks=False,
)
PROVIDER_DECLINED: Final = Refusal(
    "declined",
    403,
    N_("You were not signed in there."),
    N_("Begin again, or sign in in another way."),
)
PROVIDER_AWAY: Final = Refusal(
    "away",
    503,
    N_("The service where you have an account does not answer at the moment."),
    N_("Try again in a few minutes, or sign in in another way. Whoever is signed in stays so."),
)
NOT_ACCEPTED: Final = Refusal(
    "not-accepted",
    503,
    N_("The service where you have an account does not recognise this site."),
    N_(
        "To begin again changes nothing: whoever operates the site has to correct a setting. Sign"
        " in in another way meanwhile. Whoever is signed in stays so."
    ),
)
_BY_PROVIDER: Final = {
    refusal.why: refusal
    for refusal in (
        *(NOT_ALLOWED, NOT_VERIFIED, BEGIN_AGAIN),
        *(PROVIDER_DECLINED, PROVIDER_AWAY, NOT_ACCEPTED),
    )
}

router = page_router("directory")


def to_refused(refusal: Refusal, onward: str) -> Response:
    """Lead to the page that says why, from an address that nobody is to come back to."""
    return RedirectResponse(address(_PAGE, {"why": refusal.why, "next": onward}), 303)


@router.get("/sign-in/refused", summary="Why one was not signed in", dependencies=[ANYONE])
async def show(
    request: Request,
    why: Annotated[str, Query(max_length=20)] = BEGIN_AGAIN.why,
    next: str = "/",  # noqa: A002  its name in addresses
) -> Response:
    refusal = _BY_PROVIDER.get(why, BEGIN_AGAIN)
    return refused_page(request, refusal, onward=next, status=200)


def refused_page(
    request: Request,
    refusal: Refusal,
    *,
    onward: str = "/",
    status: int | None = None,
) -> Response:
    """Say why, and lead back to the ways to sign in."""
    values = {"refusal": refusal, "onward": local_path(onward)}
    return TEMPLATES.page(request, "sign_in/refused.html", values, status=status or refusal.status)
