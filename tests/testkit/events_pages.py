"""The pages of `events` in tests: people with a co-operative, and what they read and send."""

import re
from uuid import UUID

import httpx

from testkit.events_service import EventsService
from testkit.page_rules import Page, breaches

LIST = "/events/meetings"
HOSTILE = 'Zinc "><script>alert(1)</script> ' + "x" * 150


def words(text: str) -> str:
    """What somebody reads of a page, with plain blanks."""
    plain = re.sub(r"<[^>]*>", " ", text.partition("<main")[2])
    return " ".join(plain.replace("\u00a0", " ").replace("\u202f", " ").split())


async def member(events: EventsService, **claims: object) -> httpx.AsyncClient:
    """A browser of somebody who acts for a co-operative that the directory knows."""
    organisation = claims.pop("organisation", None) or await events.knows_organisation()
    return events.browser(**{"organisations": [str(organisation)], **claims})


async def page(browser: httpx.AsyncClient, address: str, status: int = 200, **query: object) -> str:
    """The text of a page, which keeps to the rules of pages."""
    answer = await browser.get(address, params=query or None)
    assert answer.status_code == status, answer.text
    assert list(breaches(answer.text)) == []
    return answer.text


def field(text: str, name: str) -> str:
    """The value of an input of a page."""
    return next(one.get("value", "") for one in Page(text).all("input") if one.get("name") == name)


async def registers_on_page(
    browser: httpx.AsyncClient, meeting: str, organisation: UUID | None = None
) -> httpx.Response:
    """Open a meeting's page, and send its form."""
    text = await page(browser, f"{LIST}/{meeting}")
    chosen = str(organisation) if organisation else field(text, "organisation")
    form = {"once": field(text, "once"), "organisation": chosen}
    return await browser.post(f"{LIST}/{meeting}/register", data=form)
