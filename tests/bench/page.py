"""`python -m bench.page FOLDER PAGE`: puts a run's table into a page, between its two marks."""

import sys
from pathlib import Path

BEGIN = "<!-- figures -->\n"
END = "<!-- end of figures -->"


def filled(page: str, table: str) -> str:
    """The page with this table in the place of what stood there."""
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end):
        sys.exit(f"The page needs the lines {BEGIN.strip()} and {END}: nothing was changed")
    return f"{before}{begin}{table}{end}{after}"


def main() -> None:
    folder, page = map(Path, sys.argv[1:])
    page.write_text(filled(page.read_text(), (folder / "bench.md").read_text()))


if __name__ == "__main__":
    main()
