"""What happened on the stage before: somebody was invited, and a network asked for too many codes."""

from typing import Final

import httpx

from testkit.kept_mails import link_to
from testkit.local_network import Local

OF_MANY: Final = "2001:db8:ffff:ffff::1"
"""A network from which as many codes were asked for as may be."""

_OURS: Final = {"Sec-Fetch-Site": "same-origin"}
_MOST_OF_ASKER: Final = 30


def invited(address: str, url: str, giver: str, local: Local) -> str:
    """Have the made-up person `giver` invite somebody new; returns their link's address."""
    with httpx.Client(base_url=url, headers=_OURS) as client:
        client.post("/directory/sign-in/persona", data={"person": giver, "next": "/"})
        who = {"given_name": "Paule", "family_name": "Roche", "address": address}
        given = {**who, "role": "staff", "since": "2026-01-01"}
        answer = client.post("/directory/team/give", data=given)
    assert answer.status_code == httpx.codes.SEE_OTHER, answer.text
    return link_to(address, local)


def ask_too_often(url: str) -> None:
    """From now on nobody of the network `OF_MANY` is sent a code."""
    headers = {**_OURS, "X-Forwarded-For": OF_MANY}
    with httpx.Client(base_url=url, headers=headers) as client:
        for number in range(_MOST_OF_ASKER):
            typed = {"address": f"camille{number}@example.coop"}
            client.post("/directory/sign-in/mail", data=typed)
