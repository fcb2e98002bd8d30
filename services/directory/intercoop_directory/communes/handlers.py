"""Loads the communes, and finds the ones that names may mean."""

import csv
import io
import re
from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

from intercoop_chassis.errors import InvalidError, UnavailableError
from intercoop_chassis.postgres import Transaction
from intercoop_chassis.refusals import Refusal
from intercoop_contracts.bounds import POSTCODE
from intercoop_contracts.directory import CommuneView
from intercoop_directory.communes import store
from intercoop_directory.communes.domain import (
    Commune,
    Departement,
    FormerCommune,
    Gazetteer,
    Place,
    PlaceName,
    Territories,
    asked_place,
)

_MOST_CANDIDATES: Final = 8
_REMEDY: Final = "Use a file with the headings of the one that is shipped"


@dataclass(frozen=True, slots=True)
class Replaced:
    """How many communes there are now, and how many rows were not so before."""

    communes: int
    changed: int


@dataclass(frozen=True, slots=True)
class Unclear:
    """Why a text means no one place, and the communes that may be meant, the likeliest first."""

    refusal: Refusal
    candidates: tuple[Commune, ...]


def shipped(name: str) -> str:
    """The text of a file that comes with the service."""
    return (files("intercoop_directory") / "data" / name).read_text(encoding="utf-8")


@cache
def territories() -> Territories:
    """Regions and départements as they are shipped, read once."""
    regions = csv.DictReader(io.StringIO(shipped("regions.csv")))
    departements = csv.DictReader(io.StringIO(shipped("departements.csv")))
    return Territories(
        {row["numero"]: row["nom"] for row in regions},
        [
            Departement(
                number=row["numero"],
                name=row["nom"],
                region=row["region"],
                chef_lieu=row["nom_chef_lieu"],
                lat=float(row["lat"]),
                lon=float(row["lon"]),
            )
            for row in departements
        ],
    )


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


async def place_meant(text: str, chosen: str | None, tx: Transaction) -> Place | Unclear:
    """The place that somebody means by what they typed.

    `chosen` is the code of one of the candidates, once they were asked which one it is; it counts
    for nothing where the text means one place, or others.
    """
    is_postcode = bool(re.fullmatch(POSTCODE, text.strip()))
    wanted = PlaceName(postcode=text.strip()) if is_postcode else asked_place(text)
    others = [PlaceName(chosen)] if chosen else []
    known = await gazetteer([wanted, *others], tx)
    place = known.resolve(wanted)
    if isinstance(place, Place):
        return place
    candidates = tuple(await store.look_up(text, None, _MOST_CANDIDATES, tx))
    if chosen in {candidate.code for candidate in candidates}:
        place = known.resolve(PlaceName(chosen, postcode=wanted.postcode))
    return place if isinstance(place, Place) else Unclear(place, candidates)


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
    """A commune of a row, no wider than organisations in it may be published."""
    public = CommuneView(
        code=row["code_insee"],
        name=row["nom"],
        departement=row["departement"],
        epci=row["epci"] or None,
        lat=float(row["lat"]) if row["lat"] else None,
        lon=float(row["lon"]) if row["lon"] else None,
    )
    postcodes = tuple(row["codes_postaux"].split())
    if not all(re.fullmatch(POSTCODE, postcode) for postcode in postcodes):
        raise ValueError("a post code of it is none")
    return Commune(
        code=public.code,
        name=public.name,
        departement=public.departement,
        region=row["region"],
        epci=public.epci,
        population=int(row["population"]),
        postcodes=postcodes,
        lat=public.lat,
        lon=public.lon,
    )
