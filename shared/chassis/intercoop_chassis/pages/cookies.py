"""The cookies of pages: how they are called, and how they are set.

On loopback several instances share one host, and cookies ignore ports (RFC 6265, 8.5): there a
name carries its owner. Elsewhere it has the prefix `__Host-`, so that no other host can set it.
"""

from typing import Final
from urllib.parse import urlsplit

from starlette.responses import Response

from intercoop_chassis.settings import Settings

_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})
_YEAR_S: Final = 365 * 86_400


def is_loopback(settings: Settings) -> bool:
    """Whether people reach this instance on its own machine alone."""
    return settings.public_url is None or urlsplit(settings.public_url).hostname in _LOOPBACK


def session_cookie(settings: Settings) -> str:
    """The name of the cookie that holds the session's token."""
    return cookie_name(settings, "")


def cookie_name(settings: Settings, purpose: str) -> str:
    """The name of a cookie of ours; `purpose` tells it apart from the session's."""
    whole = f"intercoop-{purpose}" if purpose else "intercoop"
    if not is_loopback(settings):
        return f"__Host-{whole}"
    return f"{whole}-{settings.owner}"


def set_cookie(
    response: Response, settings: Settings, purpose: str, value: str, *, max_age_s: int = _YEAR_S
) -> None:
    """Set a cookie that no script reads and no other site's form sends."""
    response.set_cookie(
        cookie_name(settings, purpose),
        value,
        max_age=max_age_s,
        secure=not is_loopback(settings),
        httponly=True,
        samesite="lax",
    )


def forget_cookie(response: Response, settings: Settings, purpose: str) -> None:
    """Have the browser forget a cookie of ours."""
    set_cookie(response, settings, purpose, "", max_age_s=0)
