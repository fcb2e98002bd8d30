"""Forms as a browser sends them: every field of a page's form as it stands, and what a reader sees."""

import html
import re
from dataclasses import dataclass, field

import httpx

from testkit.page_rules import Page, breaches

FORM = re.compile(r"<form[^>]*>.*?</form>", re.DOTALL)
AREA = re.compile(r'<textarea[^>]* name="([^"]*)"[^>]*>(.*?)</textarea>', re.DOTALL)


@dataclass
class Shown:
    """A page that somebody opened."""

    address: str
    status: int
    text: str
    headers: httpx.Headers = field(default_factory=httpx.Headers)

    @property
    def words(self) -> str:
        """What its main part says, blanks made plain."""
        main = self.text.partition("<main")[2].partition("</main>")[0]
        plain = html.unescape(re.sub(r"<[^>]*>", " ", "<main" + main))
        return " ".join(plain.split())

    @property
    def links(self) -> set[str]:
        return {html.unescape(link) for link in Page(self.text).links()}

    def form(self, action: str) -> dict[str, str]:
        """What a browser would send of the form with this action, as it stands."""
        (found,) = [
            one for one in FORM.findall(self.text) if Page(one).all("form")[0]["action"] == action
        ]
        sent = dict(AREA.findall(found))
        for one in Page(found).all("input"):
            is_tick = one.get("type") in {"checkbox", "radio"}
            if "name" in one and (not is_tick or "checked" in one):
                sent[one["name"]] = one.get("value", "")
        return {name: html.unescape(value) for name, value in sent.items()}

    def undo(self) -> str:
        """The address that takes back what was just done."""
        (found,) = [
            one["action"] for one in Page(self.text).all("form") if "/undo" in one["action"]
        ]
        return html.unescape(found)


class Reader:
    """Somebody with a browser, who opens pages and sends their forms."""

    def __init__(self, browser: httpx.AsyncClient) -> None:
        self.browser = browser

    async def opens(self, address: str, status: int = 200) -> Shown:
        """The page, which keeps to the rules of pages."""
        answer = await self.browser.get(address, follow_redirects=True)
        assert answer.status_code == status, f"{answer.status_code} {answer.text[:2000]}"
        assert list(breaches(answer.text)) == []
        return Shown(address, status, answer.text, answer.headers)

    async def sends(self, address: str, form: dict[str, str], status: int = 303) -> Shown:
        """The page that follows; where the form comes back, that page."""
        answer = await self.browser.post(address, data=form)
        assert answer.status_code == status, f"{answer.status_code} {answer.text[:2000]}"
        if status == httpx.codes.SEE_OTHER:
            return await self.opens(answer.headers["location"])
        assert list(breaches(answer.text)) == []
        return Shown(address, status, answer.text, answer.headers)

    async def fills(self, address: str, action: str = "", status: int = 303, **typed: str) -> Shown:
        """Open a page, fill its form in, and send it."""
        action = action or address.partition("?")[0]
        form = (await self.opens(address)).form(action)
        return await self.sends(action, {**form, **typed}, status)
