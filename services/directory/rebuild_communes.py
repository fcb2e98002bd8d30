"""Rebuilds the communes that the directory ships, from npm's @etalab/decoupage-administratif.

    npm pack @etalab/decoupage-administratif && tar xzf etalab-decoupage-administratif-*.tgz
    python rebuild_communes.py package/data/communes.json

Positions are not in that package: a commune keeps the one it has, a new one gets none.
"""

import csv
import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

DATA = Path(__file__).parent / "intercoop_directory" / "data"
HEADINGS = [
    *("code_insee", "nom", "departement", "region", "epci"),
    *("population", "codes_postaux", "lat", "lon"),
]
FORMER_HEADINGS = ["code_insee", "nom", "devenue"]

Entry = dict[str, Any]  # Any: JSON of the package


def main(source: Path) -> None:
    entries = json.loads(source.read_text(encoding="utf-8"))
    groups = json.loads((source.parent / "epci.json").read_text(encoding="utf-8"))
    epci = {member["code"]: group["code"] for group in groups for member in group["membres"]}
    positions = known_positions()
    communes = sorted(row_of(entry, epci, positions) for entry in entries if is_commune(entry))
    write("communes.csv", HEADINGS, communes)
    current = {row[0] for row in communes}
    former = sorted(row for row in former_rows(entries) if row[0] not in current)
    write("former_communes.csv", FORMER_HEADINGS, former)


def is_commune(entry: Entry) -> bool:
    """Of today, in a département; overseas collectivities have a region of their own number."""
    return entry["type"] == "commune-actuelle" and len(entry["region"]) == len("76")


def row_of(
    entry: Entry, epci: dict[str, str], positions: dict[str, tuple[str, str]]
) -> tuple[str, ...]:
    code = entry["code"]
    return (
        code,
        entry["nom"],
        entry["departement"],
        entry["region"],
        epci.get(code, ""),
        str(entry.get("population", 0)),
        " ".join(entry.get("codesPostaux", [])),
        *positions.get(code, ("", "")),
    )


def former_rows(entries: list[Entry]) -> Iterator[tuple[str, str, str]]:
    """Merged communes by name where the package has it, and the districts of three cities."""
    unnamed = {
        code: (code, entry["nom"], entry["code"])
        for entry in entries
        if is_commune(entry)
        for code in entry.get("anciensCodes", [])
    }
    named = {
        entry["code"]: (entry["code"], entry["nom"], successor)
        for entry in entries
        if (successor := entry.get("chefLieu") or entry.get("commune"))
    }
    yield from {**unnamed, **named}.values()


def known_positions() -> dict[str, tuple[str, str]]:
    with (DATA / "communes.csv").open(encoding="utf-8", newline="") as file:
        return {row["code_insee"]: (row["lat"], row["lon"]) for row in csv.DictReader(file)}


def write(name: str, headings: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    with (DATA / name).open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerows([headings, *rows])


if __name__ == "__main__":
    main(Path(sys.argv[1]))
