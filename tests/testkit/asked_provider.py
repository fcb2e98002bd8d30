"""An attempt to sign in by a provider, as a browser makes it."""

from urllib.parse import parse_qs, urlsplit

import httpx

from intercoop_directory.accounts.domain.openid import (
    Attempt,
)
from intercoop_directory.accounts.gateways.provider.client import Provider

BACK = "https://coop.example/directory/sign-in/provider/return"
ATTEMPT = Attempt("s" * 43)


class HandClock:
    """Monotonic seconds that pass when the test says so."""

    seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


async def code(provider: Provider, attempt: Attempt = ATTEMPT) -> str:
    """What a browser brings back that has signed in there."""
    async with httpx.AsyncClient() as browser:
        answer = await browser.get(await provider.address(attempt))
    return parse_qs(urlsplit(answer.headers["location"]).query)["code"][0]
