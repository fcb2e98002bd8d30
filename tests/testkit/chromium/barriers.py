"""What stands in people's way on a page, as axe-core finds it (WCAG 2.2 AA and its best practices)."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, Final

from testkit.chromium.visit import Visit
from testkit.chromium.windows import DESKTOP, PHONE

_AXE: Final = Path(__file__).parents[2] / "browser" / "axe" / "axe.min.js"
_RUN: Final = "async (choices) => (await axe.run(document, choices)).violations"
_WHOLE: Final = {"resultTypes": ["violations"], "rules": {"target-size": {"enabled": True}}}
_CONTRAST: Final = {
    "resultTypes": ["violations"],
    "runOnly": {"type": "rule", "values": ["color-contrast"]},
}


def barriers(visit: Visit) -> Iterator[str]:
    """What axe finds on the page that is open: at both widths, then the contrast in the dark.

    Axe itself may try what the page's policy forbids: look at complaints before.
    """
    page = visit.page
    page.evaluate(_axe())
    for width in (DESKTOP, PHONE):
        page.set_viewport_size(width)
        yield from _found(page.evaluate(_RUN, _WHOLE), f"{width['width']} px")
    page.set_viewport_size(DESKTOP)
    page.emulate_media(color_scheme="dark")
    yield from _found(page.evaluate(_RUN, _CONTRAST), "dark")


@cache
def _axe() -> str:
    return _AXE.read_text(encoding="utf-8")


def _found(violations: list[dict[str, Any]], where: str) -> Iterator[str]:
    for one in violations:
        for node in one["nodes"]:
            why = " ".join(node["failureSummary"].split())
            yield f"{where}: {one['id']}: {node['html'][:200]}: {why}"
