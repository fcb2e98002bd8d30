"""Rebuilds the vendored styles, icons, letters and scripts of pages: `make assets`.

Needs Node's npm. It fetches what `assets/package-lock.json` names by digest into the folder given,
cuts Tabler's style to the classes that templates use, makes one sprite of the icons they name, and
writes `LICENCES.md`. Whoever runs Intercoop needs none of this: the results are in the repository.
"""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from shutil import copyfile
from typing import Final

CHECKOUT: Final = Path(__file__).parents[2]
SOURCES: Final = Path(__file__).parent / "assets"
OUT: Final = Path(__file__).parent / "intercoop_chassis" / "pages" / "assets"
TEMPLATES: Final = ("shared/chassis/intercoop_chassis/pages", "services")
COPIED: Final = {
    "inter.woff2": ("@fontsource-variable/inter", "files/inter-latin-wght-normal.woff2"),
    "htmx.min.js": ("htmx.org", "dist/htmx.min.js"),
    "hx-sse.min.js": ("htmx.org", "dist/ext/hx-sse.min.js"),
    "auto-complete.js": ("@github/auto-complete-element", "dist/bundle.js"),
}
MADE: Final = {"tabler.css": "@tabler/core", "icons.svg": "@tabler/icons"}
ICON: Final = re.compile(r"""icon(?:\(|=)["']([a-z0-9-]+)["']""")
DECLARED: Final = re.compile(r"[{;](--[\w-]+)\s*:")
USED: Final = re.compile(r"var\(\s*(--[\w-]+)")
TAG: Final = re.compile(r"<[a-z][^>]*>")
SYMBOL: Final = (
    '<symbol id="{name}" viewBox="0 0 24 24" fill="none" stroke="currentColor" '
    'stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round">{paths}</symbol>'
)


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "package-lock.json"):
        copyfile(SOURCES / name, folder / name)
    run(folder, "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund")
    packages = folder / "node_modules"
    for name, (package, path) in COPIED.items():
        copyfile(packages / package / path, OUT / name)
    cut_style(folder)
    (OUT / "icons.svg").write_text(sprite(packages / "@tabler/icons/icons/outline"))
    (OUT / "LICENCES.md").write_text(licences(packages))


def run(folder: Path, *command: str) -> None:
    subprocess.run(command, cwd=folder, check=True)  # noqa: S603  our own words


def templates() -> Iterator[Path]:
    """Every template of a page; those of mails carry their own style."""
    for folder in TEMPLATES:
        yield from (CHECKOUT / folder).rglob("templates/**/*.html")


def cut_style(folder: Path) -> None:
    """Tabler's style, cut to what stands in templates' tags; their texts name no class."""
    tags = [tag for path in sorted(templates()) for tag in TAG.findall(path.read_text("utf-8"))]
    (folder / "tags.html").write_text("\n".join(tags), encoding="utf-8")
    whole = "node_modules/@tabler/core/dist/css/tabler.min.css"
    run(
        *(folder, "node_modules/.bin/purgecss", "--css", whole, "--keyframes"),
        *("--content", "tags.html", "--output", str(OUT / "tabler.css")),
    )
    cut = (OUT / "tabler.css").read_text(encoding="utf-8")
    own = "".join(path.read_text("utf-8") for path in own_styles())
    (OUT / "tabler.css").write_text(without_unused_properties(cut, own), encoding="utf-8")


def own_styles() -> Iterator[Path]:
    """Intercoop's own, which use Tabler's properties too."""
    yield from (one for one in OUT.parents[1].rglob("*.css") if one.name != "tabler.css")


def without_unused_properties(style: str, others: str) -> str:
    """A style without the custom properties that neither it nor the others ask for.

    Half of Tabler's are. One that only unused ones ask for goes with them.
    """
    while True:
        used = set(USED.findall(style + others))
        unused = set(DECLARED.findall(style)) - used
        if not unused:
            return style
        names = "|".join(map(re.escape, sorted(unused)))
        style = re.sub(rf"(?<=[{{;])(?:{names})\s*:[^;{{}}]*;?", "", style)


def sprite(icons: Path) -> str:
    """One file with each icon that a template or the menu names."""
    named = [*templates(), CHECKOUT / "shared/contracts/intercoop_contracts/pages/menu.py"]
    names = {name for path in named for name in ICON.findall(path.read_text(encoding="utf-8"))}
    drawn = {name: paths(icons / f"{name}.svg") for name in sorted(names)}
    symbols = [SYMBOL.format(name=name, paths=drawn[name]) for name in drawn]
    return "\n".join(['<svg xmlns="http://www.w3.org/2000/svg">', *symbols, "</svg>\n"])


def paths(icon: Path) -> str:
    inside = re.search(r"<svg[^>]*>(.*)</svg>", icon.read_text(encoding="utf-8"), re.DOTALL)
    if inside is None:
        raise SystemExit(f"{icon.name} is no icon: correct its name in the template")
    return re.sub(r'<path[^>]*stroke="none"[^>]*/>|\n *', "", inside[1]).strip()


def licences(packages: Path) -> str:
    """What is vendored: from which package, under which licence, and its digest."""
    of = {name: package for name, (package, _) in COPIED.items()} | MADE
    lines = [
        "# Vendored assets",
        "",
        "Made by `make assets`. `tabler.css` is cut to the classes in templates, `icons.svg` holds",
        "the icons that they name; `code-of-link.js`, `frame.css`, `frame.js` and `mark.svg` are",
        "Intercoop's own.",
        "",
        "| file | package | version | licence | sha256 |",
        "|---|---|---|---|---|",
    ]
    for name, package in sorted(of.items()):
        about = json.loads((packages / package / "package.json").read_text(encoding="utf-8"))
        digest = sha256((OUT / name).read_bytes()).hexdigest()
        cells = (name, package, about["version"], about["license"], f"`{digest}`")
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve())
