"""Loads the communes, and finds the ones that names may mean."""

import csv
import io
import re
from collections.abc import Collection
from dataclasses import dataclass
from importlib.resources import files
from typing import Final

from intercoop_chassis.errors import InvalidError, UnavailableError
from intercoop_chassis.postgres import Transaction
from intercoop_directory.communes import store
from intercoop_directory.communes.domain import (
    COMMUNE_CODE,
    Commune,
    FormerCommune,
    Gazetteer,
    PlaceName,
)

_REMEDY: Final = "Use a file with the headings of the one that is shipped"


@dataclass(frozen=True, slots=True)
class Replaced:
    """How many communes there are now, and how many rows were not so before."""

    communes: int
    changed: int


def shipped(name: str) -> str:
    """The text of a file that comes with the service."""
    return (files("intercoop_directory") / "data" / name).read_text(encoding="utf-8")


async def replace_communes(text: str, tx: Transaction) -> Replaced:
    """Make the communes those of a CSV text. Raises `InvalidError` when it is not as agreed."""
    today = _communes(text)
    former = [
        FormerCommune(row["code_insee"], row["nom"], row["devenue"])
        for row in csv.DictReader(io.StringIO(shipped("former_communes.csv")))
    ]
    return Replaced(len(today), await store.replace_all(today, former, tx))


async def gazetteer(wanted: Collection[PlaceName], tx: Transaction) -> Gazetteer:
    """The communes that these names may mean. Raises `UnavailableError` when none are loaded."""
    if wanted and not await store.are_loaded(tx):
        raise UnavailableError(
            "The communes are not loaded yet: the operator runs intercoop-directory communes load"
        )
    return await store.gazetteer_of(wanted, tx)


def _communes(text: str) -> list[Commune]:
    found: dict[str, Commune] = {}
    for number, row in enumerate(csv.DictReader(io.StringIO(text)), start=2):
        try:
            commune = _commune(row)
        except (KeyError, ValueError, TypeError, AttributeError) as error:
            raise InvalidError(f"row {number}", f"is no commune ({error})", _REMEDY) from error
        if commune.code in found:
            raise InvalidError(f"row {number}", f"repeats {commune.code}", "Keep one of the two")
        found[commune.code] = commune
    return list(found.values())


def _commune(row: dict[str, str]) -> Commune:
    if not re.fullmatch(COMMUNE_CODE, row["code_insee"]):
        raise ValueError("its code is not INSEE's")
    return Commune(
        code=row["code_insee"],
        name=row["nom"],
        departement=row["departement"],
        region=row["region"],
        epci=row["epci"] or None,
        population=int(row["population"]),
        postcodes=tuple(row["codes_postaux"].split()),
        lat=_degrees(row["lat"], 90),
        lon=_degrees(row["lon"], 180),
    )


def _degrees(cell: str, limit: int) -> float | None:
    if not cell:
        return None
    degrees = float(cell)
    if not -limit <= degrees <= limit:
        raise ValueError("its position is not on Earth")
    return degrees
