"""Pictures of the key pages, to be looked at: `python -m testkit.chromium.pictures FOLDER`."""

import sys
from pathlib import Path
from typing import Any, Final

from playwright.sync_api import sync_playwright

from testkit import jvm_cache
from testkit.chromium.people import STRANGER, People
from testkit.chromium.server import NOT_RUN, program
from testkit.chromium.stage import Stage, set_up
from testkit.chromium.visit import Visit
from testkit.chromium.windows import DESKTOP, PHONE

KEY_PAGES: Final = {
    "home": ("manager", "/"),
    "sign-in": (STRANGER, "/directory/sign-in"),
    "list": ("staff", "/directory/organisations"),
    "list-found": ("staff", "/directory/organisations?q=bois"),
    "list-near": ("staff", "/directory/organisations?near=Toulouse&km=150"),
    "list-nothing": ("staff", "/directory/organisations?q=nowhere&statute=scic"),
    "record": ("staff", "/directory/organisations/{organisation}"),
    "edit": ("staff", "/directory/organisations/{organisation}/edit"),
    "asks-us": ("manager", "/advice/requests"),
    "our-requests": ("manager", "/advice/requests?tab=ours"),
    "all-requests": ("manager", "/advice/requests?tab=all"),
    "ask": ("manager", "/advice/requests/new"),
    "neighbours": ("manager", "/advice/requests/{request}/neighbours"),
    "request": ("manager", "/advice/requests/{request}"),
    "request-of-others": ("manager", "/advice/requests/{others}"),
    "accept": ("manager", "/advice/requests/{request}/offers/{offer}/accept"),
    "close": ("manager", "/advice/requests/{request}/close"),
    "asked": ("manager", "/advice/invitations/{asked}"),
    "meetings": ("manager", "/events/meetings"),
    "meetings-near": ("manager", "/events/meetings?near=Toulouse&km=100"),
    "meetings-month": ("manager", "/events/meetings?view=month"),
    "meetings-nothing": ("manager", "/events/meetings?q=nowhere&near=Toulouse"),
    "meeting": ("manager", "/events/meetings/{meeting}"),
    "meeting-elsewhere": ("manager", "/events/meetings/{elsewhere}"),
    "meeting-of-staff": ("staff", "/events/meetings/{meeting}"),
    "meeting-new": ("staff", "/events/meetings/new?format=training"),
    "meeting-cancel": ("staff", "/events/meetings/{meeting}/cancel"),
    "guests": ("staff", "/events/meetings/{meeting}/guests"),
    "guests-new": ("staff", "/events/meetings/{meeting}/guests/new?q=ricard"),
    "public": (STRANGER, "/events/public"),
    "registrations": ("manager", "/events/registrations"),
    "withdraw": ("manager", "/events/registrations/{registration}/withdraw"),
    "search": ("manager", "/search?q=bois"),
    "notices": ("manager", "/notifications"),
    "team": ("staff", "/directory/team"),
    "give": ("staff", "/directory/team/give"),
    "end": ("staff", "/directory/team/{person}/end?role=staff"),
    "setup": ("operator", "/directory/setup"),
    "setup-identity": ("operator", "/directory/setup/identity"),
    "setup-data": ("operator", "/directory/setup/data"),
    "setup-follows": ("operator", "/directory/setup/follows"),
    "imports": ("staff", "/directory/imports"),
    "import-columns": ("staff", "{opened}/columns"),
    "import-preview": ("staff", "{seen}/preview"),
    "import-row": ("staff", "{seen}/rows/4"),
    "import-applied": ("staff", "{applied}/apply"),
    "invitation": (STRANGER, "{invitation}"),
    "refused": (STRANGER, "/directory/sign-in/refused?why=not-allowed"),
    "choices": ("manager", "/me"),
    "sessions": ("manager", "/directory/sessions"),
    "help": ("manager", "/help"),
    "not-there": ("manager", "/no/such/page"),
}
"""The name of a picture → who looks, and at what."""

WAYS: Final[dict[str, dict[str, Any]]] = {
    "desktop": {"viewport": DESKTOP},
    "phone": {"viewport": PHONE, "device_scale_factor": 2},
    "dark": {"viewport": DESKTOP, "color_scheme": "dark"},
    "dark-phone": {"viewport": PHONE, "device_scale_factor": 2, "color_scheme": "dark"},
    "print": {"viewport": {"width": 794, "height": 1123}},
}


CORRECTED: Final = "edit-errors"
"""The name of the pictures of a form that came back."""


def send_wrong(visit: Visit, address: str) -> None:
    """Fill a form of an organisation in so that it comes back, and send it."""
    visit.open(address)
    for field, text in (("siren", "12345678"), ("headcount", "douze"), ("commune", "Saint-Martin")):
        visit.page.locator(f"#{field}").fill(text)
    visit.page.get_by_role("button", name="Enregistrer").click()
    visit.page.locator("#summary").wait_for()


def take(stage: Stage, folder: Path) -> None:
    """Write each key page in each way, e.g. `list-phone.png`, and a form that came back."""
    with sync_playwright() as playwright:
        people = People(stage, playwright.chromium.connect(stage.browser))
        for way, choices in WAYS.items():
            for name, (who, address) in KEY_PAGES.items():
                with people.visiting(who, **choices) as visit:
                    visit.open(
                        "/help"
                    )  # letters that are not there at once are used from the next page on
                    visit.open(stage.address(address))
                    visit.page.emulate_media(media="print" if way == "print" else "screen")
                    visit.page.screenshot(path=folder / f"{name}-{way}.png", full_page=True)
            with people.visiting("staff", **choices) as visit:
                send_wrong(visit, stage.address(KEY_PAGES["edit"][1]))
                visit.page.screenshot(path=folder / f"{CORRECTED}-{way}.png", full_page=True)


def main(folder: Path) -> None:
    if program() is None:
        raise SystemExit(NOT_RUN)
    folder.mkdir(parents=True, exist_ok=True)
    jvm_cache.use()
    with set_up() as stage:
        take(stage, folder)
    print(f"{len(WAYS) * (len(KEY_PAGES) + 1)} pictures in {folder}")  # noqa: T201  it says its result


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve())
