"""Pictures of the key pages, to be looked at: `python -m testkit.chromium.pictures FOLDER`."""

import sys
from pathlib import Path
from typing import Any, Final

from playwright.sync_api import sync_playwright

from testkit import jvm_cache
from testkit.chromium.people import STRANGER, People
from testkit.chromium.server import NOT_RUN, program
from testkit.chromium.stage import Stage, set_up
from testkit.chromium.windows import DESKTOP, PHONE

KEY_PAGES: Final = {
    "home": ("manager", "/"),
    "sign-in": (STRANGER, "/directory/sign-in"),
    "list": ("staff", "/directory/organisations"),
    "list-found": ("staff", "/directory/organisations?q=bois"),
    "record": ("staff", "/directory/organisations/{organisation}"),
    "setup": ("operator", "/directory/setup/identity"),
    "team": ("staff", "/directory/team"),
    "invitation": (STRANGER, "{invitation}"),
    "refused": (STRANGER, "/directory/sign-in/refused?why=not-allowed"),
    "choices": ("manager", "/me"),
    "help": ("manager", "/help"),
    "not-there": ("manager", "/no/such/page"),
}
"""The name of a picture → who looks, and at what."""

WAYS: Final[dict[str, dict[str, Any]]] = {
    "desktop": {"viewport": DESKTOP},
    "phone": {"viewport": PHONE, "device_scale_factor": 2},
    "dark": {"viewport": DESKTOP, "color_scheme": "dark"},
    "print": {"viewport": {"width": 794, "height": 1123}},
}


def take(stage: Stage, folder: Path) -> None:
    """Write each key page in each way, e.g. `list-phone.png`."""
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


def main(folder: Path) -> None:
    if program() is None:
        raise SystemExit(NOT_RUN)
    folder.mkdir(parents=True, exist_ok=True)
    jvm_cache.use()
    with set_up() as stage:
        take(stage, folder)
    print(f"{len(WAYS) * len(KEY_PAGES)} pictures in {folder}")  # noqa: T201  it says its result


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve())
