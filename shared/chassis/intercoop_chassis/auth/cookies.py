"""The cookie that holds a person's session: its name and its attributes."""

from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

from starlette.responses import Response

from intercoop_chassis.auth.sessions import IDLE_FOR
from intercoop_chassis.settings import Settings

NAME: Final = "intercoop"


@dataclass(frozen=True, slots=True)
class SessionCookie:
    """How this instance's cookie is called, read, set and taken back.

    Cookies do not tell ports apart: its name carries the owner, so that instances that share a host
    take nothing from each other. `__Host-` (RFC 6265bis §4.1.3.2) keeps it to one host, whose every
    path it is for, and to https; on loopback nobody has a certificate.
    """

    name: str
    secure: bool = True

    @classmethod
    def of(cls, settings: Settings) -> "SessionCookie":
        """The cookie of an instance: as people reach it, by `INTERCOOP_PUBLIC_URL`."""
        name = f"{NAME}-{settings.owner}"
        if is_on_loopback(settings):
            is_https = (settings.public_url or "").startswith("https://")
            return cls(name, secure=is_https)
        return cls(f"__Host-{name}")

    def read(self, cookies: Mapping[str, str]) -> str | None:
        """The token that a request's cookies bring."""
        return cookies.get(self.name) or None

    def set_on(self, response: Response, token: str) -> None:
        """Give the browser a session's token, new or renewed."""
        response.set_cookie(
            self.name,
            token,
            max_age=int(IDLE_FOR.total_seconds()),
            path="/",
            secure=self.secure,
            httponly=True,
            samesite="lax",
        )

    def clear_on(self, response: Response) -> None:
        """Take the token back from the browser."""
        response.delete_cookie(
            self.name, path="/", secure=self.secure, httponly=True, samesite="lax"
        )


def is_on_loopback(settings: Settings) -> bool:
    """Whether people reach this instance on its own machine, as far as it is said."""
    return is_loopback_host(urlsplit(settings.public_url or "").hostname or "")


def is_loopback_host(host: str) -> bool:
    """Whether a name or an address is of this machine's loopback interface."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
