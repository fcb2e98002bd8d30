"""A page by keyboard alone: what has the focus is seen, and nothing keeps it."""

from collections.abc import Iterator
from typing import Any, Final

from playwright.sync_api import Page

MOST: Final = 400
"""More places than any page has."""

_AT_ONCE: Final = 8
"""How often Tab is pressed between two looks at what was noted."""

_BEGIN: Final = """(begins) => {
  const places = new Map();
  const look = () => {
    const one = document.activeElement;
    if (!one || one === document.body) return null;
    const style = getComputedStyle(one), box = one.getBoundingClientRect();
    const seen = [...one.getClientRects()].some((each) => {
      const [x, y] = [each.x + each.width / 2, each.y + each.height / 2];
      const top = document.elementFromPoint(x, y);
      return top && (top === one || one.contains(top) || top.contains(one));
    });
    if (!places.has(one)) places.set(one, places.size);
    const parts = ["date", "time", "datetime-local", "month"].includes(one.type);
    return {parts, place: places.get(one), html: one.outerHTML.slice(0, 150), seen,
      outline: style.outlineStyle === "none" ? 0 : parseFloat(style.outlineWidth),
      size: Math.min(box.width, box.height)};
  };
  const noted = [], note = () => noted.push(look());
  document.activeElement.blur();
  getSelection().setPosition(document.querySelector(begins), 0);
  scrollTo(0, 0);
  addEventListener("keydown", note, true);
  window.focusNoted = (isLast) => {
    if (isLast) {
      removeEventListener("keydown", note, true);
      document.activeElement.blur();
      scrollTo(0, 0);
    } else note();
    return noted.splice(0);
  };
}"""
"""Before a key does anything, what the key before has led to is noted: all of it has happened."""


def focus_order(page: Page, begins: str = "body") -> Iterator[dict[str, Any]]:
    """Each place that Tab leads to, from where something begins until the page's end."""
    page.evaluate(_BEGIN, begins)
    try:
        yield from _places(page)
    finally:
        page.keyboard.up("Tab")
        page.evaluate("focusNoted(true)")


def _places(page: Page) -> Iterator[dict[str, Any]]:
    """As Tab is held down, each place once."""
    known = -1
    for place in _noted(page):
        if place is None or place["place"] < known:
            return
        if place["place"] == known and place["parts"]:
            continue  # the day, the month and the year of a date are a place each
        assert place["place"] > known, f"the focus stays: {place['html']}"
        known = place["place"]
        yield place
    raise AssertionError("the focus never comes back to the beginning")


def _noted(page: Page) -> Iterator[dict[str, Any] | None]:
    """What has the focus after each time that Tab was pressed."""
    for _ in range(MOST // _AT_ONCE):
        for _ in range(_AT_ONCE):
            page.keyboard.down("Tab")
        _before, *after = page.evaluate("focusNoted(false)")
        yield from after


def unseen_focus(page: Page, begins: str) -> Iterator[str]:
    """Where the focus is not to be seen: no ring, or something lies over it."""
    for place in focus_order(page, begins):
        if place["outline"] < 3:
            yield f"no ring: {place['html']}"
        if not place["seen"]:
            yield f"covered: {place['html']}"
