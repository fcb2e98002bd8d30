"""What a browser would send of a page's form as it is."""

import re
from html import unescape

from testkit.page_rules import Page

FORM = re.compile(
    r'<form class="parts".*?</form>|<form method="post" action="/events.*?</form>', re.DOTALL
)
SELECT = re.compile(r'<select[^>]* name="([^"]*)"[^>]*>(.*?)</select>', re.DOTALL)
AREA = re.compile(r'<textarea[^>]* name="([^"]*)"[^>]*>(.*?)</textarea>', re.DOTALL)


def fields(text: str) -> dict[str, str]:
    """The fields of the page's main form with their values."""
    form = next(found[0] for found in FORM.finditer(text) if "/undo" not in found[0])
    page, sent = Page(form), {}
    for one in page.all("input"):
        is_tick = one.get("type") in {"checkbox", "radio"}
        if "name" in one and (not is_tick or "checked" in one):
            sent[one["name"]] = one.get("value", "")
    for name, inside in SELECT.findall(form):
        chosen = [one for one in Page(inside).all("option") if "selected" in one]
        sent[name] = chosen[0]["value"] if chosen else ""
    return sent | {name: unescape(value) for name, value in AREA.findall(form)}
