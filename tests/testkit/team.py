"""The team's pages in a test: roles given by a form, links taken from real mails."""

import re
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import httpx

from intercoop_chassis.clock import PARIS
from testkit.delivered_mails import mail_to
from testkit.page_rules import breaches
from testkit.served_instance import ServedInstance
from testkit.smtp_server import ScriptedSmtpServer

TEAM = "/directory/team"
OF_SETUP = "/directory/setup/team/members"
PUBLIC = "http://127.0.0.1:8600"
OURS = {"Sec-Fetch-Site": "same-origin"}
NADIA = {"given_name": "Nadia", "family_name": "Exemple", "address": "nadia@ouest.example"}
LINK = re.compile(rf"{PUBLIC}(/directory/invitations/[\w-]+)")
NAMED = "SELECT id FROM people WHERE given_name = $1 AND family_name = 'Exemple'"


def day(ahead: int = 0) -> str:
    return (datetime.now(PARIS).date() + timedelta(days=ahead)).isoformat()


def main_of(answer: httpx.Response) -> str:
    """What a reader has of a page that keeps to the rules."""
    assert list(breaches(answer.text)) == []
    main = answer.text.partition("<main")[2].partition("</main>")[0]
    return " ".join(re.sub(r"<[^>]*>", " ", main).split()).replace("\u00a0", " ")


async def gives(browser: httpx.AsyncClient, base: str = TEAM, **fields: Any) -> httpx.Response:
    body = {"role": "staff", "since": day(), **fields}
    return await browser.post(f"{base}/give", data=body, headers=OURS)


async def invites(browser: httpx.AsyncClient, person_id: UUID, **fields: str) -> httpx.Response:
    """Press the button that invites somebody again; `once` in the fields is the page's own."""
    return await browser.post(f"{TEAM}/{person_id}/invite", data={"_": "", **fields}, headers=OURS)


async def link_to(
    server: ScriptedSmtpServer, address: str = "nadia@ouest.example", number: int = 1
) -> str:
    """The link of an invitation's mail, without our origin."""
    mail = await mail_to(server, address, number)
    found = LINK.search(mail.get_content())
    assert found is not None
    return found[1]


async def opens(browser: httpx.AsyncClient, link: str, **headers: str) -> httpx.Response:
    """Press the button of an invitation's page."""
    return await browser.post(link, headers=headers or OURS)


async def person_named(instance: ServedInstance, given_name: str = "Nadia") -> UUID:
    async with instance.dbs["directory"].read() as tx:
        found: UUID = await tx.fetchval(NAMED, given_name)
    return found


async def changed(instance: ServedInstance, sql: str) -> None:
    async with instance.dbs["directory"].transaction() as tx:
        await tx.execute(sql)
