"""What a page weighs on the wire: itself and all that it loads, compressed, letters apart."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

import httpx

FIRST_BYTES = 60_000
FOLLOWING_BYTES = 15_000
SCRIPT_BYTES = 25_000
REQUESTS = 12
_LOADED = re.compile(r'(?:href|src)="(/\w+/assets/[^"#]+)')
_BY_STYLE = re.compile(r"""url\(["']?([\w.-]+\.woff2)""")
_LETTERS = ".woff2"


@dataclass(frozen=True, slots=True)
class Weight:
    """Bytes of the page, and of what it loads by address."""

    page: int
    loaded: Mapping[str, int]

    @property
    def first(self) -> int:
        """Of a first visit, when nothing is kept yet."""
        letters = sum(self.loaded[one] for one in self.loaded if one.endswith(_LETTERS))
        return self.page + sum(self.loaded.values()) - letters

    @property
    def scripts(self) -> int:
        return sum(self.loaded[one] for one in self.loaded if one.endswith(".js"))

    @property
    def requests(self) -> int:
        return 1 + len(self.loaded)


async def weigh(browser: httpx.AsyncClient, address: str) -> Weight:
    """The weight of the page at this address, which answers 200 or as an error page."""
    page, text = await _fetched(browser, address)
    loaded: dict[str, int] = {}
    waiting = set(_LOADED.findall(text))
    while waiting - set(loaded):
        one = (waiting - set(loaded)).pop()
        loaded[one], content = await _fetched(browser, one)
        if one.endswith(".css"):
            folder = one.rpartition("/")[0]
            waiting |= {f"{folder}/{name}" for name in _BY_STYLE.findall(content)}
    return Weight(page, loaded)


async def _fetched(browser: httpx.AsyncClient, address: str) -> tuple[int, str]:
    """Bytes as they travel, and the text that they are; of letters none."""
    async with browser.stream("GET", address) as answer:
        sent = b"".join([piece async for piece in answer.aiter_raw()])
    if address.endswith(_LETTERS):
        return len(sent), ""
    return len(sent), (await browser.get(address)).text
