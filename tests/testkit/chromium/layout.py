"""How a page is laid out: narrow and large, on paper, with few colours, without motion."""

from collections.abc import Iterator
from typing import Final

from testkit.chromium.visit import Visit

NARROW: Final = {"width": 320, "height": 640}
TWICE: Final = {"width": 640, "height": 400}
"""What is left of a desktop's window when everything is twice as large."""

_WIDER: Final = """() => {
  const width = document.documentElement.clientWidth;
  if (document.scrollingElement.scrollWidth <= width) return [];
  const out = [...document.body.querySelectorAll("*")].filter((one) =>
    one.getBoundingClientRect().right > width + 1 && getComputedStyle(one).position !== "fixed");
  return ["the page scrolls sideways", ...out.slice(0, 5).map((one) => one.outerHTML.slice(0, 150))];
}"""
_FOR_PAPER: Final = """() => {
  const parts = [...document.querySelectorAll(
    "main :is(form, .btn, .acts, .block-head a, .facets, .clear, .seek, .ask, .newer, .draft, " +
    ".views, .pages, .flash, .beside, .no-print)")];
  for (const one of parts) one.style.display = "none";
  const text = document.querySelector("main").innerText;
  for (const one of parts) one.style.display = "";
  return text;
}"""
"""What a page says, without what one does there, and without a map, whose list says the same."""

_MOVING: Final = """() => {
  const longest = (times) => Math.max(...times.split(", ").map(parseFloat));
  return [...document.querySelectorAll("*")].flatMap((one) =>
  [null, "::before", "::after"].map((part) => [one, getComputedStyle(one, part)])
).filter(([one, style]) => longest(style.transitionDuration) > 0.01 ||
  (style.animationName !== "none" && longest(style.animationDuration) > 0.01)
).map(([one]) => `${one.tagName} moves: ${one.outerHTML.slice(0, 150)}`).slice(0, 5);
}"""


def sideways(visit: Visit) -> Iterator[str]:
    """What is wider than a narrow window, and than one in which everything is twice as large."""
    for size in (NARROW, TWICE):
        visit.page.set_viewport_size(size)
        yield from (f"{size['width']} px: {one}" for one in visit.page.evaluate(_WIDER))


def headings(visit: Visit) -> Iterator[str]:
    """A page has one name, and it is to be seen."""
    found = visit.page.locator("h1")
    if found.count() != 1:
        yield f"{found.count()} h1"
    elif not found.is_visible():
        yield "the h1 is not to be seen"


def on_paper(visit: Visit) -> Iterator[str]:
    """What paper should not have, or lacks: the content alone is printed, all of it."""
    page = visit.page
    before = page.evaluate(_FOR_PAPER)
    page.emulate_media(media="print")
    for part in page.locator("header, footer, nav.side, nav.bottom, .skip, [popover]").all():
        if part.is_visible():
            yield f"is printed: {part.evaluate('one => one.outerHTML')[:150]}"
    printed = visit.text()
    yield from _lost(before, printed, "is not printed")
    page.emulate_media(media="screen")


def with_few_colours(visit: Visit) -> Iterator[str]:
    """What is lost when the device forces its own colours."""
    page = visit.page
    before = visit.text()
    page.emulate_media(forced_colors="active")
    yield from _lost(before, visit.text(), "is lost in forced colours")
    for button in page.locator("main .btn:not(.btn-link)").all():
        if button.evaluate("one => getComputedStyle(one).borderTopStyle") == "none":
            yield f"no edge in forced colours: {button.inner_text()}"
    page.emulate_media(forced_colors="none")


def without_motion(visit: Visit) -> list[str]:
    """What moves although the device asks for rest."""
    found: list[str] = visit.page.evaluate(_MOVING)
    return found


def _lost(before: str, after: str, what: str) -> Iterator[str]:
    kept = {line.strip() for line in after.splitlines()}
    for line in before.splitlines():
        if line.strip() not in kept:
            yield f"{what}: {line.strip()}"
