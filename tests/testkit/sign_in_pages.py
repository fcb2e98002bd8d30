"""A directory whose mails leave, and people who sign in at its pages with a browser of their own."""

import asyncio
import re
from typing import Any, Self
from urllib.parse import urlsplit

import httpx

from intercoop_chassis.auth.cookies import SessionCookie
from intercoop_chassis.context import Context
from intercoop_chassis.health import Health
from intercoop_chassis.jobs.attempts import DeliveryLimits
from intercoop_chassis.jobs.delivering import DeliveryLoop
from intercoop_directory.main import SERVICE
from testkit.directory_service import DirectoryService
from testkit.issuer import Issuer
from testkit.nodes import until
from testkit.smtp_server import ScriptedSmtpServer

PUBLIC = "https://coop.example"
CODE_PAGE = "/directory/sign-in/code"
LUCIE = "Lucie@example.coop"
REFUSED = "/directory/sign-in/refused"
OWN = {"Sec-Fetch-Site": "same-origin"}
WOKEN_ALONE = DeliveryLimits(idle_s=30.0)
"""A mail that leaves within seconds has been announced, and not found by looking."""

_LINK = re.compile(r"^(https?://\S+)#([A-Z2-7]{8})$", re.MULTILINE)
_CODE = re.compile(r"^    ([A-Z2-7]{4}-[A-Z2-7]{4})$", re.MULTILINE)


class SigningIn(DirectoryService):
    """One owner's directory at `PUBLIC`, with no broker; its mails go to `smtp`, once `post` is called."""

    def __init__(self, dsn: str, issuer: Issuer, smtp: ScriptedSmtpServer, **settings: Any) -> None:
        usual = {
            "smtp": smtp.url,
            "mail_from": "intercoop@union.example",
            "public_url": PUBLIC,
            "owner_name": "Midi-Pyrénées",
        }
        super().__init__("midi-pyrenees", dsn, issuer, **{**usual, **settings})
        self.smtp = smtp
        self._context = Context(self.settings, self.db)
        self._posting: list[asyncio.Task[None]] = []

    def post(self) -> Self:
        """Let mails leave from now on."""
        loop = DeliveryLoop(
            *(self._context, SERVICE.jobs, Health()), service="directory", limits=WOKEN_ALONE
        )
        self._posting.append(asyncio.create_task(loop.run(self._context.stop)))
        return self

    async def close(self) -> None:
        self._context.stop.set()
        await asyncio.wait_for(asyncio.gather(*self._posting), 40)
        await self.db.close()

    async def mail(self, number: int = 1) -> str:
        """The text of the mail with this number, once it has arrived."""

        async def arrived() -> str | None:
            received = self.smtp.received
            if len(received) < number:
                return None
            return str(received[number - 1].get_content()).replace("\r\n", "\n")

        return await until(arrived, within_s=20, what=f"mail {number}")

    async def settled(self, jobs: int) -> None:
        """Wait until so many mails have left, or were found to be nobody's."""

        async def ended() -> bool:
            async with self.db.read() as tx:
                sql = "SELECT count(*) FROM jobs WHERE kind = 'sign-in-mail' AND state <> 'pending'"
                return int(await tx.fetchval(sql)) == jobs

        await until(ended, within_s=20, what=f"{jobs} mails that have ended")


class Visitor(httpx.AsyncClient):
    """Somebody's browser, with nothing in it at first; its address on the internet is `network`."""

    def __init__(self, home: DirectoryService, network: str = "192.0.2.1", **headers: str) -> None:
        self.home = home
        super().__init__(
            base_url=PUBLIC,
            headers={"Accept": "text/html", "Accept-Language": "fr", **headers},
            transport=httpx.ASGITransport(app=home.app, client=(network, 4711)),
        )

    async def __aenter__(self) -> Self:
        return await super().__aenter__()

    async def asks(self, address: str, onward: str = "/", **headers: str) -> httpx.Response:
        """Send the form with one's address; the answer leads to the page that takes a code."""
        form = {"address": address, "next": onward}
        return await self.post("/directory/sign-in/mail", data=form, headers={**OWN, **headers})

    async def types(self, code: str) -> httpx.Response:
        """Send the form with a code."""
        return await self.post("/directory/sign-in/code", data={"code": code}, headers=OWN)

    @property
    def is_signed_in(self) -> bool:
        return SessionCookie.of(self.home.settings).name in self.cookies

    async def signs_in_there(self, onward: str = "/") -> httpx.Response:
        """Go to the provider, and come back with its answer; a refusal is read, too."""
        left = await self.get("/directory/sign-in/provider", params={"next": onward}, headers=OWN)
        assert left.status_code == 303, left.text
        return await self.comes_back(local(await self.answer_of(left.headers["location"])))

    async def comes_back(self, address: str) -> httpx.Response:
        """What one sees at an address that leads on: the page that one came for is not asked."""
        answer = await self.get(address)
        onward = answer.headers["location"]
        return await self.get(onward) if onward.startswith(REFUSED) else answer

    async def answer_of(self, address: str) -> str:
        """Where the provider sends this browser, whose person is signed in there."""
        async with httpx.AsyncClient() as elsewhere:
            return str((await elsewhere.get(address)).headers["location"])


def local(address: str) -> str:
    """The address without the site, which has to be ours."""
    parts = urlsplit(address)
    assert f"{parts.scheme}://{parts.netloc}" == PUBLIC
    return f"{parts.path}?{parts.query}"


def code_of(mail: str) -> str:
    """The code as its reader sees it."""
    (code,) = _CODE.findall(mail)
    return str(code)


def link_of(mail: str) -> tuple[str, str]:
    """The page that the mail's link leads to, and the code after its `#`."""
    (found,) = _LINK.findall(mail)
    return found
