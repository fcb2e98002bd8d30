"""Everybody who looks at pages, each with a session of its own that begins on the page of signing in."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final
from uuid import uuid4

from playwright.sync_api import Browser, BrowserContext, Page

from testkit.chromium.before import OF_MANY
from testkit.chromium.stage import Stage
from testkit.chromium.visit import Visit
from testkit.chromium.windows import DESKTOP

STRANGER: Final = "stranger"
CROWD: Final = "stranger among many"
"""Somebody whose network has asked for as many codes as one may."""
NAMES: Final = {
    "employee": "Samir Kaddour",
    "manager": "Paule Ricard",
    "elected": "Jeanne Vidal",
    "staff": "Nadia Benali",
    "operator": "Karim Leroy",
}
"""Whom one may be at an instance for trying out, by what they are there."""


class People:
    """Browsers of made-up people: each role once signed in, as often as it is wanted."""

    def __init__(self, stage: Stage, browser: Browser) -> None:
        self.stage = stage
        self._browser = browser
        self._states: dict[str, Any] = {STRANGER: None, CROWD: None}
        self._tabs: dict[tuple[Any, ...], Visit] = {}

    @contextmanager
    def context(self, who: str, **choices: Any) -> Iterator[BrowserContext]:
        """A browser in which `who` is signed in, in a network of its own.

        It speaks French unless `choices` say else.
        """
        context = self._new_context(who, choices)
        try:
            yield context
        finally:
            context.close()

    @contextmanager
    def visiting(self, who: str, **choices: Any) -> Iterator[Visit]:
        """A tab in such a browser."""
        with self.context(who, **choices) as context:
            yield Visit(context.new_page())

    @contextmanager
    def looking(self, who: str, **choices: Any) -> Iterator[Visit]:
        """The tab in which `who` reads one page after the other; it stays open and keeps its cache.

        For pages at which one only looks: what is typed there would be offered again.
        """
        key = (who, *sorted(choices.items()))
        if key not in self._tabs:
            self._tabs[key] = Visit(self._new_context(who, choices).new_page())
        self._tabs[key].begin()
        yield self._tabs[key]

    def _new_context(self, who: str, choices: dict[str, Any]) -> BrowserContext:
        network = OF_MANY if who == CROWD else f"2001:db8:{uuid4().hex[:4]}:{uuid4().hex[:4]}::1"
        usual = {
            "viewport": DESKTOP,
            "locale": "fr-FR",
            "reduced_motion": "reduce",
            "extra_http_headers": {"X-Forwarded-For": network},
        }
        context = self._browser.new_context(
            base_url=self.stage.url, storage_state=self._state(who), **{**usual, **choices}
        )
        context.set_default_timeout(20_000)
        return context

    def _state(self, who: str) -> Any:
        if who not in self._states:
            with self.visiting(STRANGER) as visit:
                sign_in(visit.page, who)
                self._states[who] = visit.page.context.storage_state()
        return self._states[who]


def sign_in(page: Page, who: str, onward: str = "/") -> None:
    """Choose to be this made-up person, on the page that offers them."""
    page.goto(f"/sign-in?next={onward}")
    page.get_by_role("button", name=NAMES[who]).click()
    page.wait_for_url(lambda address: "/sign-in" not in address)
