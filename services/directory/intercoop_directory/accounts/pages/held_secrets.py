"""A secret that one browser holds while it signs in, and the page it came for, in a cookie.

It is what makes a code, or a provider's answer, good in this browser alone.
"""

import re
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final, Self

from fastapi import Request
from starlette.responses import Response

from intercoop_chassis.pages import local_path
from intercoop_chassis.pages.cookies import cookie_name, forget_cookie, set_cookie
from intercoop_chassis.pages.site import site_of

_COOKIE: Final = re.compile(r"(?P<secret>[A-Za-z0-9_-]{43})\.(?P<onward>[A-Za-z0-9_=-]{4,2800})")


@dataclass(frozen=True, slots=True)
class HeldSecret:
    """A browser's secret, and the page that its sign-in leads on to."""

    secret: str = field(repr=False)
    onward: str = "/"

    @classmethod
    def new(cls, onward: str) -> Self:
        return cls(secrets.token_urlsafe(32), local_path(onward))


@dataclass(frozen=True, slots=True)
class SecretCookie:
    """The cookie of one way to sign in, which lasts as long as what its secret is for."""

    purpose: str
    lasts: timedelta

    def read(self, request: Request) -> HeldSecret | None:
        """What the browser holds; None where there is nothing, or not as it was given."""
        name = cookie_name(site_of(request).context.settings, self.purpose)
        held = _COOKIE.fullmatch(request.cookies.get(name, ""))
        if held is None:
            return None
        try:
            onward = urlsafe_b64decode(held["onward"]).decode()
        except ValueError:
            return None
        return HeldSecret(held["secret"], local_path(onward))

    def give(self, request: Request, response: Response, held: HeldSecret) -> None:
        """Have the browser hold it."""
        settings = site_of(request).context.settings
        onward = urlsafe_b64encode(held.onward.encode()).decode()
        value, lasts_s = f"{held.secret}.{onward}", int(self.lasts.total_seconds())
        set_cookie(response, settings, self.purpose, value, max_age_s=lasts_s)

    def forget(self, request: Request, response: Response) -> None:
        """It has served: the next sign-in has a new one."""
        forget_cookie(response, site_of(request).context.settings, self.purpose)
