"""What every way to sign in ends with: the browser has the session that was opened."""

from typing import Final

from fastapi import Request
from starlette.responses import Response

from intercoop_chassis.pages import Opened, address, open_in_browser
from intercoop_chassis.pages.site import site_of
from intercoop_contracts.pages import SETUP
from intercoop_directory.accounts.domain.devices import device_of
from intercoop_directory.accounts.handlers.signing_in import SignedIn

NAME: Final = "/directory/name"
"""Where somebody says what they are called, once."""

_HOME: Final = "/"


def open_browser_session(request: Request, signed_in: SignedIn, onward: str = "/") -> Response:
    """Lead to the page that somebody came for, with their session's cookie.

    `signed_in` is what `sign_in` answered, in a transaction that was committed. Tokens of the
    session have its id as `sid`. Another address than one of this site is read as the home page,
    from which an operator is led to the first run while that is not finished. Whose name nobody
    has said is asked for it first.
    """
    known = site_of(request).presentation.known
    is_set_up = known is not None and known.is_set_up
    if signed_in.is_operator and onward == _HOME and not is_set_up:
        onward = SETUP
    if not signed_in.name:
        onward = address(NAME, {"next": onward})
    opened = Opened(signed_in.person_id, signed_in.session_id, signed_in.name)
    return open_in_browser(request, opened, onward)


def device(request: Request) -> str:
    """The browser in words, for the list of one's sessions."""
    return device_of(request.headers.get("user-agent", ""))
