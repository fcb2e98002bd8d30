"""Rebuilds communes and territories as they are shipped, from @etalab/decoupage-administratif.

    for version in 6.0.0 1.0.0 0.3.0; do
        npm pack @etalab/decoupage-administratif@$version && mkdir -p $version
        tar xzf etalab-decoupage-administratif-$version.tgz -C $version
    done
    python rebuild_communes.py {6.0.0,1.0.0,0.3.0}/package/data/communes.json

The newest version first: it says what the communes are. Older ones (0.3.0 is of 2019, and has the
communes that were merged before) say what they were called. Positions are in none of them: a
commune keeps the one it has, a new one gets none; a département has that of its chef-lieu.
"""

import csv
import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from intercoop_chassis.spelling import key

DATA = Path(__file__).parent / "intercoop_directory" / "data"
HEADINGS = [
    *("code_insee", "nom", "departement", "region", "epci"),
    *("population", "codes_postaux", "lat", "lon"),
]
FORMER_HEADINGS = ["code_insee", "nom", "devenue"]
REGION_HEADINGS = ["numero", "nom"]
DEPARTEMENT_HEADINGS = ["numero", "nom", "region", "chef_lieu", "nom_chef_lieu", "lat", "lon"]

COVERED = {"metro", "drom"}

Entry = dict[str, Any]  # Any: JSON of the package


def main(newest: Path, *older: Path) -> None:
    entries = read(newest)
    groups = json.loads((newest.parent / "epci.json").read_text(encoding="utf-8"))
    epci = {member["code"]: group["code"] for group in groups for member in group["membres"]}
    positions = known_positions()
    communes = sorted(row_of(entry, epci, positions) for entry in entries if is_commune(entry))
    write("communes.csv", HEADINGS, communes)
    former = former_rows(entries, [entry for source in older for entry in read(source)])
    write("former_communes.csv", FORMER_HEADINGS, list(former))
    write_territories(newest.parent, {row[0]: row for row in communes})


def write_territories(folder: Path, communes: dict[str, tuple[str, ...]]) -> None:
    """The regions and départements that have communes; overseas collectivities have none."""
    regions = [each for each in read(folder / "regions.json") if each["zone"] in COVERED]
    write("regions.csv", REGION_HEADINGS, [(each["code"], each["nom"]) for each in regions])
    rows = []
    for each in read(folder / "departements.json"):
        if each["zone"] in COVERED:
            code, name, *_, lat, lon = communes[each["chefLieu"]]
            rows.append((each["code"], each["nom"], each["region"], code, name, lat, lon))
    write("departements.csv", DEPARTEMENT_HEADINGS, rows)


def read(source: Path) -> list[Entry]:
    entries: list[Entry] = json.loads(source.read_text(encoding="utf-8"))
    return entries


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


def former_rows(entries: list[Entry], older: list[Entry]) -> Iterator[tuple[str, str, str]]:
    """Codes and names that are no longer, the newest name of a code first.

    A code that is still one is there with the names that its commune had.
    """
    today = {entry["code"]: entry["nom"] for entry in entries if is_commune(entry)}
    successors = {**successors_in(older), **successors_in(entries)}
    names: dict[str, dict[str, str]] = {}
    for entry in (*entries, *older):
        names.setdefault(entry["code"], {}).setdefault(key(entry["nom"]), entry["nom"])
    for code in sorted({*today, *successors}):
        now = last_of(code, successors, today)
        if now is None:
            continue
        own = {one: name for one, name in names.get(code, {}).items() if one != key(today[now])}
        if code not in today and not own:
            own = {"": today[now]}
        yield from ((code, name, now) for name in own.values())


def successors_in(entries: list[Entry]) -> dict[str, str]:
    words = ("chefLieu", "commune", "communeAbsorbante", "nouveauCode")
    said = {
        entry["code"]: successor
        for entry in entries
        if (successor := next((entry[word] for word in words if word in entry), None))
    }
    listed = {code: entry["code"] for entry in entries for code in entry.get("anciensCodes", [])}
    return listed | said


def last_of(code: str, successors: dict[str, str], today: dict[str, str]) -> str | None:
    """The commune that a code is today, through all that it became."""
    for _ in range(10):
        if code in today:
            return code
        code = successors.get(code, "")
    return None


def known_positions() -> dict[str, tuple[str, str]]:
    with (DATA / "communes.csv").open(encoding="utf-8", newline="") as file:
        return {row["code_insee"]: (row["lat"], row["lon"]) for row in csv.DictReader(file)}


def write(name: str, headings: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    with (DATA / name).open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerows([headings, *rows])


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
