"""Documents: links lead somewhere, paths that are named exist, decisions have numbers without a hole."""

import re
import subprocess
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from urllib.parse import unquote

import pytest

CHECKOUT = Path(__file__).parents[2]
DECISIONS = CHECKOUT / "docs/decisions"

FENCED = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
CODE = re.compile(r"`([^`\n]+)`")
LINK = re.compile(r"\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#{1,6} +(.+?) *$", re.MULTILINE)
SOURCE = re.compile(r"[\w./-]+\.(py|sql|toml|yml)")


@cache
def tracked() -> frozenset[str]:
    """Files of the repository, committed or not yet, and their folders."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    files = {name for name in listed.split("\0") if name and (CHECKOUT / name).exists()}
    return frozenset(files | {str(folder) for name in files for folder in Path(name).parents})


def pages() -> list[Path]:
    return sorted(CHECKOUT / name for name in tracked() if name.endswith(".md"))


def anchors(text: str) -> set[str]:
    """Anchors of a page's headings, as GitHub and Forgejo make them."""
    found: Counter[str] = Counter()
    made = set()
    for heading in HEADING.findall(FENCED.sub("", text)):
        words = re.sub(r"\[([^]]+)\]\([^)]+\)", r"\1", heading).lower()
        anchor = re.sub(r"[^\w\- ]", "", words).replace(" ", "-")
        made.add(f"{anchor}-{found[anchor]}" if found[anchor] else anchor)
        found[anchor] += 1
    return made


def broken_links(page: Path) -> Iterator[str]:
    """Links to files that do not exist, and to headings that their pages do not have."""
    text = CODE.sub("", FENCED.sub("", page.read_text(encoding="utf-8")))
    for link in LINK.findall(text):
        path, _, anchor = unquote(link).partition("#")
        target = (page.parent / path) if path else page
        if re.match(r"[a-z]+:", link):
            continue
        if not target.exists() or (
            anchor and anchor not in anchors(target.read_text(encoding="utf-8"))
        ):
            yield link


def test_every_link_leads_to_a_file_and_a_heading():
    assert len(pages()) > 50
    broken = {str(page): list(broken_links(page)) for page in pages()}
    assert {page: links for page, links in broken.items() if links} == {}


@pytest.mark.parametrize(
    ("text", "links"),
    [
        ("[one](two.md)", ["two.md"]),
        ("[one](page.md#what-it-is)", []),
        ("[one](#what-it-is) [two](#what-it-was)", ["#what-it-was"]),
        ("`[one](two.md)` [two](https://two.example/three.md)", []),
        ("```\n[one](two.md)\n```", []),
    ],
)
def test_a_broken_link_is_seen(tmp_path, text, links):
    page = tmp_path / "page.md"
    page.write_text(f"# What it `is`?\n\n{text}\n")
    assert list(broken_links(page)) == links


def missing_files(page: Path) -> Iterator[str]:
    """Source files in backticks that are neither beside the page nor at the end of a path."""
    for name in CODE.findall(FENCED.sub("", page.read_text(encoding="utf-8"))):
        if not SOURCE.fullmatch(name) or (page.parent / name).exists():
            continue
        if not any(path == name or path.endswith(f"/{name}") for path in tracked()):
            yield name


def test_every_source_file_that_is_named_exists():
    missing = {str(page): list(missing_files(page)) for page in pages()}
    assert {page: names for page, names in missing.items() if names} == {}


def test_a_file_that_is_gone_is_seen(tmp_path):
    page = tmp_path / "page.md"
    (tmp_path / "beside.py").touch()
    page.write_text("`beside.py` `consumer/worker.py` `consumer/nobody.py` `make check` `*.py`\n")
    assert list(missing_files(page)) == ["consumer/nobody.py"]


def test_decisions_are_numbered_without_a_hole_and_each_says_its_number():
    files = sorted(DECISIONS.glob("[0-9]*.md"))
    assert [int(page.name[:4]) for page in files] == list(range(1, len(files) + 1))
    for page in files:
        assert page.read_text(encoding="utf-8").startswith(f"# {int(page.name[:4])}. ")


def test_the_index_has_every_decision_once():
    index = (DECISIONS / "README.md").read_text(encoding="utf-8")
    links = sorted(LINK.findall(index))
    assert links == sorted(page.name for page in DECISIONS.glob("[0-9]*.md"))


def test_a_link_that_is_a_number_goes_to_the_decision_of_this_number():
    numbered = re.compile(r"\[(?:decision )?(\d+)[^]]*\]\([^)]*?(\d{4})-[^)]+\)")
    found = [pair for page in pages() for pair in numbered.findall(page.read_text("utf-8"))]
    assert len(found) > 40
    assert [pair for pair in found if int(pair[0]) != int(pair[1])] == []
