"""What every page keeps to, told from its HTML: structure, classes, policy."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

CHECKOUT = Path(__file__).parents[2]
ASSETS = CHECKOUT / "shared/chassis/intercoop_chassis/pages/assets"
MAPS = CHECKOUT / "shared/chassis/intercoop_chassis/maps/assets"
VOID = {"meta", "link", "input", "img", "br", "hr", "use", "rect", "source"}
MADE_BY_SCRIPT = {"htmx-request"}
_CLASS = re.compile(r"\.(-?[A-Za-z_][A-Za-z0-9_-]*)")


def known_classes() -> set[str]:
    """Every class that a style knows."""
    styles = [ASSETS / "tabler.css", ASSETS / "frame.css", MAPS / "map.css"]
    texts = [path.read_text(encoding="utf-8") for path in styles]
    without_values = [re.sub(r"{[^{}]*}", "{}", text) for text in texts]
    return {name for text in without_values for name in _CLASS.findall(text)} | MADE_BY_SCRIPT


class Page(HTMLParser):
    """A page's tags, each with its attributes, and what is not closed."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.open: list[str] = []
        self.wrong: list[str] = []
        self.feed(text)
        self.wrong += [f"{tag} is not closed" for tag in self.open]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        is_within_a_picture = tag == "title" and "svg" in self.open
        named = "svg title" if is_within_a_picture else tag
        self.tags.append((named, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        if not self.open or self.open.pop() != tag:
            self.wrong.append(f"{tag} is closed where another is open")

    def all(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.tags if name == tag]

    def links(self) -> set[str]:
        """Addresses of this site that the page leads to."""
        found = [one.get("href", "") for one in self.all("a")]
        return {address.partition("#")[0] for address in found if address.startswith("/")}


def breaches(text: str) -> Iterator[str]:
    """What is wrong with a whole page."""
    page = Page(text)
    yield from page.wrong
    for tag in ("h1", "main", "title", "footer"):
        if len(page.all(tag)) != 1:
            yield f"{len(page.all(tag))} {tag}"
    (html,) = page.all("html")
    if html.get("lang") not in {"fr", "en"}:
        yield "no language"
    yield from breaches_of_policy(page)
    yield from unknown_classes(page)
    yield from unnamed(page)
    ids = [one["id"] for _, one in page.tags if "id" in one]
    yield from (f"two of id {name}" for name in set(ids) if ids.count(name) > 1)


def breaches_of_policy(page: Page) -> Iterator[str]:
    """What the policy of pages would not let run, or load."""
    for tag, attributes in page.tags:
        yield from (
            f"{tag} has {name}"
            for name in attributes
            if name == "style" or name.startswith(("on", "hx-on"))
        )
        if tag == "style" or (tag == "script" and "src" not in attributes):
            yield f"inline {tag}"
        source = attributes.get("src") or (attributes.get("href") if tag == "link" else "")
        if source and not source.startswith("/"):
            yield f"{tag} loads {source}"


def unknown_classes(page: Page) -> Iterator[str]:
    known = known_classes()
    used = {name for _, one in page.tags for name in one.get("class", "").split()}
    yield from (f"no style knows the class {name}" for name in sorted(used - known))


def unnamed(page: Page) -> Iterator[str]:
    """Fields without a label, pictures without a text, navigations without a name."""
    labelled = {one.get("for") for one in page.all("label")}
    within = re.compile("radio|checkbox|hidden")
    for one in page.all("input"):
        if not within.fullmatch(one.get("type", "text")) and one.get("id") not in labelled:
            yield f"no label for {one}"
    yield from ("an img without alt" for one in page.all("img") if "alt" not in one)
    yield from ("a nav without a name" for one in page.all("nav") if "aria-label" not in one)
