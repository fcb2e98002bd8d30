"""A tab of the browser, and what the browser complains of while it shows pages."""

from collections.abc import Iterable, Mapping

from playwright.sync_api import ConsoleMessage, Page, Request, Response, expect

from testkit.chromium.windows import DESKTOP

_LEFT = "net::ERR_ABORTED"
"""The browser gave a request up itself, because its page was left."""
_BUSY = ".htmx-request"


class Visit:
    """Opens pages, and keeps complaints: of the console, of the policy, and of what did not load."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.complaints: list[str] = []
        page.on("console", self._said)
        page.on("pageerror", lambda error: self.complaints.append(f"script: {error}"))
        page.on("requestfailed", self._failed)
        page.on("response", self._answered)

    def begin(self) -> None:
        """Forget what was before, as in a new tab of a desktop."""
        self.page.set_viewport_size(DESKTOP)
        self.page.emulate_media(media="screen", color_scheme="light", forced_colors="none")
        self.complaints.clear()

    def open(self, address: str) -> int:
        """Load a page and what it loads itself; returns the status of its answer."""
        answer = self.page.goto(address)
        self.settle()
        assert answer is not None
        return answer.status

    def reach(self, address: str, forms: Iterable[Mapping[str, str]] = ()) -> int:
        """Load a page, fill one form after the other and send it; the status of the last answer."""
        status = self.open(address)
        for typed in forms:
            sent = self.page.locator("main form[method=post] button").last
            for name, text in typed.items():
                sent = self.page.locator(f"main [name={name}]")
                sent.fill(text)
            with self.page.expect_navigation() as left:
                sent.press("Enter")
            status = left.value.status
            self.settle()
        return status

    def settle(self) -> None:
        """Wait until every part that the page asked for is there."""
        expect(self.page.locator(_BUSY)).to_have_count(0)

    def text(self) -> str:
        """What the page that is open says, its frame apart."""
        return self.page.locator("main").inner_text()

    def _said(self, message: ConsoleMessage) -> None:
        is_page_itself = message.location.get("url") == self.page.url
        if message.type == "error" and not (is_page_itself and "status of" in message.text):
            self.complaints.append(f"console: {message.text}")

    def _failed(self, request: Request) -> None:
        if request.failure != _LEFT:
            self.complaints.append(f"{request.failure}: {request.url}")

    def _answered(self, response: Response) -> None:
        is_page_itself = response.request.is_navigation_request()
        if response.status >= 400 and not is_page_itself:
            self.complaints.append(f"{response.status}: {response.url}")
