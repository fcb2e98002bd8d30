"""Mails that a local network kept, as whoever they are for reads them."""

import re
import time
from typing import Final

from intercoop_local.home import Home
from intercoop_local.remote import order
from testkit.local_network import Local

INVITATION: Final = re.compile(r"/directory/invitations/[\w-]+")
STOP: Final = re.compile(r"/notifications/stop/[\w-]+")
_WITHIN_S: Final = 60.0


def mail_to(address: str, local: Local, *, number: int = 1, about: str = "") -> str:
    """The text of the mail with this number, from 1, to somebody, as soon as it has come.

    Of those only whose subject holds what they are `about`.
    """
    home, give_up = Home(local.home), time.monotonic() + _WITHIN_S
    while time.monotonic() < give_up:
        every = order(home, "GET", "/mail", {"to": address}).json()
        mails = [one for one in every if about in one["subject"]]
        if len(mails) >= number:
            newest = mails[-number]["id"]
            return str(order(home, "GET", f"/mail/{newest}").json()["text"])
        time.sleep(0.1)
    raise AssertionError(f"no mail {number} has come to {address}")


def link_to(address: str, local: Local, link: re.Pattern[str] = INVITATION) -> str:
    """The address in the first mail to somebody that is a link of theirs, be it their invitation."""
    found = link.search(mail_to(address, local))
    assert found is not None
    return found[0]
