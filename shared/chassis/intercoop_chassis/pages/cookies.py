"""The cookies of pages beside the session's: named and guarded like it, told apart by purpose."""

from typing import Final

from starlette.responses import Response

from intercoop_chassis.auth.cookies import NAME, SessionCookie
from intercoop_chassis.settings import Settings

_YEAR_S: Final = 365 * 86_400


def cookie_name(settings: Settings, purpose: str) -> str:
    """The name of a cookie of ours; `purpose` tells it apart from the session's."""
    return SessionCookie.of(settings).name.replace(NAME, f"{NAME}-{purpose}", 1)


def set_cookie(
    response: Response, settings: Settings, purpose: str, value: str, *, max_age_s: int = _YEAR_S
) -> None:
    """Set a cookie that no script reads and no other site's form sends."""
    response.set_cookie(
        cookie_name(settings, purpose),
        value,
        max_age=max_age_s,
        secure=SessionCookie.of(settings).secure,
        httponly=True,
        samesite="lax",
    )


def forget_cookie(response: Response, settings: Settings, purpose: str) -> None:
    """Have the browser forget a cookie of ours."""
    set_cookie(response, settings, purpose, "", max_age_s=0)
