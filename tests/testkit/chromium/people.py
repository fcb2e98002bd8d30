"""Everybody who looks at pages, each with a session of its own that begins on the page of signing in."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from playwright.sync_api import Browser, BrowserContext, Page

from testkit.chromium.stage import Stage
from testkit.chromium.visit import Visit

STRANGER: Final = "stranger"
NAMES: Final = {
    "employee": "Samir Kaddour",
    "manager": "Lucie Amblard",
    "elected": "Jeanne Vidal",
    "staff": "Nadia Benali",
    "operator": "Karim Leroy",
}
"""Whom one may be at an instance for trying out, by what they are there."""

DESKTOP: Final = {"width": 1280, "height": 800}
PHONE: Final = {"width": 390, "height": 844}
AXE: Final = Path(__file__).parents[2] / "browser" / "axe" / "axe.min.js"


class People:
    """Browsers of made-up people: each role once signed in, as often as it is wanted."""

    def __init__(self, stage: Stage, browser: Browser) -> None:
        self.stage = stage
        self._browser = browser
        self._states: dict[str, Any] = {STRANGER: None}

    @contextmanager
    def context(self, who: str, **choices: Any) -> Iterator[BrowserContext]:
        """A browser in which `who` is signed in; it speaks French unless `choices` say else."""
        usual = {"viewport": DESKTOP, "locale": "fr-FR", "reduced_motion": "reduce"}
        context = self._browser.new_context(
            base_url=self.stage.url, storage_state=self._state(who), **{**usual, **choices}
        )
        context.set_default_timeout(20_000)
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
    def examining(self, who: str, **choices: Any) -> Iterator[Visit]:
        """A tab that has axe in it, and lets it in where the policy would not."""
        with self.context(who, bypass_csp=True, **choices) as context:
            context.add_init_script(path=AXE)
            yield Visit(context.new_page())

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
