"""What stands in people's way on a page, as axe-core finds it (WCAG 2.2 AA and its best practices)."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, Final

from testkit.chromium.visit import Visit
from testkit.chromium.windows import DESKTOP, PHONE

_AXE: Final = Path(__file__).parents[2] / "browser" / "axe" / "axe.min.js"
_RUN: Final = "async ([where, choices]) => (await axe.run(where, choices)).violations"
_USUAL: Final = {"resultTypes": ["violations"], "preload": {"assets": ["media"]}}
"""Styles are not read: only a rule that is tried out, and off, looks at them."""
_WHOLE: Final = {**_USUAL, "rules": {"target-size": {"enabled": True}}}
_CONTRAST: Final = {
    **_USUAL,
    "runOnly": {"type": "rule", "values": ["color-contrast"]},
}


def barriers(visit: Visit, begins: str) -> Iterator[str]:
    """What axe finds on the page that is open: at both widths, and the contrast in the dark.

    On a phone and in the dark it looks at the element that `begins` names, with a selector, and at
    what is in it. Axe itself may try what the page's policy forbids: look at complaints before.
    """
    page = visit.page
    if page.evaluate("!window.axe"):
        page.evaluate(_axe())
        page.add_init_script(_axe())  # what is opened next in this tab has it, without sending it
    page.set_viewport_size(DESKTOP)
    yield from _found(page.evaluate(_RUN, ("html", _WHOLE)), f"{DESKTOP['width']} px")
    page.emulate_media(color_scheme="dark")
    yield from _found(page.evaluate(_RUN, (begins, _CONTRAST)), "dark")
    page.emulate_media(color_scheme="light")
    page.set_viewport_size(PHONE)
    yield from _found(page.evaluate(_RUN, (begins, _WHOLE)), f"{PHONE['width']} px")


@cache
def _axe() -> str:
    return _AXE.read_text(encoding="utf-8")


def _found(violations: list[dict[str, Any]], where: str) -> Iterator[str]:
    for one in violations:
        for node in one["nodes"]:
            why = " ".join(node["failureSummary"].split())
            yield f"{where}: {one['id']}: {node['html'][:200]}: {why}"
