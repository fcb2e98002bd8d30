"""Imports gone through with a browser in tests: a file is sent, its steps are taken one by one."""

import asyncio
import html
import re
from uuid import uuid4

import httpx

from intercoop_chassis.context import Context
from intercoop_chassis.health import Health
from intercoop_chassis.jobs.attempts import DeliveryLimits
from intercoop_chassis.jobs.delivering import DeliveryLoop
from intercoop_contracts.directory import OrganisationView
from intercoop_directory.imports.jobs import JOBS
from testkit.directory_service import DirectoryService
from testkit.nodes import until
from testkit.page_rules import Page, breaches

LIST = "/directory/imports"
SHEET = (
    "Raison sociale;SIREN;Statut;Ville;CP;Effectif;Remarques\n"
    "Menuiserie Étoile;552032534;Scop;Toulouse;31000;12;à rappeler\n"
    "L'Œuf à la Coque;;Scic;Aurillac;15000;7;\n"
    "Imprimerie;7328293;Scop;Aurillac;15000;neuf;\n"
)
QUICK = DeliveryLimits(idle_s=0.05, lease_s=60.0)


def words(text: str) -> str:
    """What a page says, in a line."""
    plain = re.sub(r"<[^>]*>", " ", text.partition("<main")[2] or text)
    return " ".join(html.unescape(plain).replace("\u00a0", " ").replace("\u202f", " ").split())


def hidden(text: str) -> dict[str, str]:
    """The hidden fields of a page's own forms."""
    inputs = Page(text.partition("<main")[2]).all("input")
    fields = {one["name"]: one["value"] for one in inputs if one.get("type") == "hidden"}
    return {name: html.unescape(value) for name, value in fields.items()}


async def by_name(home: DirectoryService) -> dict[str, OrganisationView]:
    """What is published of each organisation that is there."""
    published = [one.after for one in await home.published()]
    return {view.name: view for view in published if isinstance(view, OrganisationView)}


class Importing:
    """Somebody at a browser who imports files into a directory."""

    def __init__(self, home: DirectoryService, browser: httpx.AsyncClient) -> None:
        self.home = home
        self.browser = browser

    async def send(self, data: bytes, name: str = "coops.csv", **fields: str) -> httpx.Response:
        """The answer to a file that was sent."""
        form = {"once": str(uuid4()), **fields}
        files = {"file": (name, data)}
        return await self.browser.post(LIST, data=form, files=files)

    async def opened(self, data: bytes | str, name: str = "coops.csv") -> str:
        """The address of an import whose file was just taken."""
        data = data.encode() if isinstance(data, str) else data
        answer = await self.send(data, name)
        assert answer.status_code == 303, words(answer.text)
        assert answer.headers["location"].endswith("/columns")
        return answer.headers["location"].removesuffix("/columns")

    async def page(self, address: str) -> str:
        """A page that is there, and keeps to the rules of pages."""
        answer = await self.browser.get(address)
        assert answer.status_code == 200, (address, answer.status_code, words(answer.text))
        assert list(breaches(answer.text)) == []
        return answer.text

    async def columns(self, at: str, **chosen: str) -> httpx.Response:
        """Go on with what was guessed, but for the places that are chosen (`c0="name"`)."""
        text = await self.page(f"{at}/columns")
        fields = hidden(text)
        for name, inside in re.findall(
            r'<select[^>]* name="([^"]*)"[^>]*>(.*?)</select>', text, re.DOTALL
        ):
            picked = [one["value"] for one in Page(inside).all("option") if "selected" in one]
            fields[name] = picked[0] if picked else ""
        fields |= {f"columns.{place[1:]}": field for place, field in chosen.items()}
        return await self.browser.post(f"{at}/columns", data=fields)

    async def previewed(self, data: bytes | str, **chosen: str) -> str:
        """The address of an import whose columns are said."""
        at = await self.opened(data)
        answer = await self.columns(at, **chosen)
        assert answer.status_code == 303, words(answer.text)
        return at

    async def rows(self, at: str, tab: str, page: str = "preview") -> str:
        """What a tab of the preview says."""
        return words(await self.page(f"{at}/{page}?tab={tab}"))

    async def corrects(self, at: str, row: int, **cells: str) -> httpx.Response:
        """What comes of typing into the form of a row."""
        form = hidden(await self.page(f"{at}/rows/{row}"))
        typed = {f"cell.{name.replace('__', '.')}": text for name, text in cells.items()}
        return await self.browser.post(f"{at}/rows/{row}", data={**form, **typed})

    async def apply(self, at: str) -> httpx.Response:
        """Press the button of the preview."""
        return await self.browser.post(f"{at}/apply", data=hidden(await self.page(f"{at}/preview")))

    async def applied(self, data: bytes | str, **chosen: str) -> str:
        """The address of an import that was applied to its end."""
        at = await self.previewed(data, **chosen)
        await self.applied_at(at)
        return at

    async def applied_at(self, at: str) -> None:
        answer = await self.apply(at)
        assert answer.headers.get("location") == f"{at}/apply", words(answer.text)
        await self.work(at)

    async def work(self, at: str) -> None:
        """Let a process go on with it until it has ended."""
        context = Context(self.home.settings, self.home.db)
        stop = asyncio.Event()
        loop = DeliveryLoop(context, JOBS, Health(), service="directory", limits=QUICK)
        task = asyncio.create_task(loop.run(stop))

        async def has_ended() -> bool:
            answer = await self.browser.get(f"{at}/parts/progress")
            return "<progress" not in answer.text

        await until(has_ended, what="the end of the import")
        stop.set()
        await asyncio.wait_for(task, 20)

    async def undo(self, at: str, **fields: str) -> httpx.Response:
        form = {"once": str(uuid4()), **fields}
        return await self.browser.post(f"{at}/undo", data=form)
