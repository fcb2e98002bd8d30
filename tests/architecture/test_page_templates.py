"""Templates of pages use classes that a style knows, icons that are there, and nothing inline."""

import gzip
import re
from hashlib import sha256

import pytest

from testkit.page_rules import ASSETS, CHECKOUT, known_classes

TEMPLATES = sorted(
    path
    for folder in ("shared/chassis/intercoop_chassis/pages", "services")
    for path in (CHECKOUT / folder).rglob("templates/**/*.html")
)
OPENING = re.compile(r"<[a-z][^>]*>")
CLASSES = re.compile(r'\bclass="((?:{{.*?}}|[^"])*)"')
SPOKEN = re.compile(r"{{.*?}}|{%.*?%}")
LITERAL = re.compile(r'"([^"]*)"')
INLINE = re.compile(r"""<style|<script(?![^>]* src=)|\s(?:style|on[a-z]+|hx-on[:a-z-]*)=|js:""")
ICON = re.compile(r"""icon(?:\(|=)["']([a-z0-9-]+)["']""")


def named(path):
    return str(path.relative_to(CHECKOUT))


def used_classes(text):
    """Those in plain words, and those that an expression may give, all but unfinished ones."""
    for found in CLASSES.findall(text):
        plain = SPOKEN.sub("\0", found)
        yield from (word for word in plain.split() if "\0" not in word.strip("\0"))
        for expression in SPOKEN.findall(found):
            for literal in LITERAL.findall(expression.partition(" if ")[0]):
                yield from literal.split()


def unknown(text):
    names = (name.strip("\0") for name in used_classes(text))
    return {name for name in names if name and not name.endswith("-")} - known_classes()


@pytest.mark.parametrize("path", TEMPLATES, ids=named)
def test_every_class_is_one_that_a_style_knows(path):
    assert unknown(path.read_text(encoding="utf-8")) == set(), (
        "no style knows these classes: correct them, write them into frame.css, or run make assets"
    )


@pytest.mark.parametrize("path", TEMPLATES, ids=named)
def test_no_template_has_a_style_or_script_of_its_own(path):
    assert INLINE.search(path.read_text(encoding="utf-8")) is None


def test_every_icon_is_in_the_sprite():
    menu = CHECKOUT / "shared/contracts/intercoop_contracts/pages/menu.py"
    texts = [path.read_text(encoding="utf-8") for path in [*TEMPLATES, menu]]
    named = {name for text in texts for name in ICON.findall(text)}
    sprite = (ASSETS / "icons.svg").read_text(encoding="utf-8")
    assert named == set(re.findall(r'symbol id="([a-z0-9-]+)"', sprite)), "run make assets"


def test_what_is_vendored_is_what_its_list_says():
    rows = re.findall(
        r"^\| (\S+) \| \S+ \| \S+ \| \S+ \| `([0-9a-f]{64})` \|$",
        (ASSETS / "LICENCES.md").read_text(encoding="utf-8"),
        re.MULTILINE,
    )
    own = {"code-of-link.js", "frame.css", "frame.js", "mark.svg", "LICENCES.md"}
    assert dict(rows).keys() == {path.name for path in ASSETS.iterdir()} - own
    for name, digest in rows:
        assert sha256((ASSETS / name).read_bytes()).hexdigest() == digest, name


def test_our_own_script_and_style_stay_small():
    assert len((ASSETS / "frame.js").read_text(encoding="utf-8").splitlines()) <= 150
    assert "sourceMappingURL" not in "".join(
        path.read_text(encoding="utf-8")
        for path in ASSETS.iterdir()
        if path.suffix in {".css", ".js"}
    )


@pytest.mark.parametrize(
    "text",
    ['<p class="no-such-class">', '<p class="btn{{ " no-such-class" if x }}">'],
)
def test_an_unknown_class_would_be_found(text):
    assert unknown(text) == {"no-such-class"}


@pytest.mark.parametrize(
    "text", ['<p style="x">', "<script>1</script>", '<p onclick="x">', "<style>", '<p hx-on:x="y">']
)
def test_what_is_inline_would_be_found(text):
    assert INLINE.search(text)
    assert INLINE.search('<script src="/x.js" defer></script> <button class="x">') is None


@pytest.mark.parametrize(
    ("name", "bytes_sent", "lines"), [("frame.js", 2_048, 150), ("frame.css", 8_192, 150)]
)
def test_what_is_our_own_stays_small(name, bytes_sent, lines):
    content = (ASSETS / name).read_bytes()
    assert len(gzip.compress(content)) <= bytes_sent
    assert content.count(b"\n") <= lines
