"""Loads the communes, and keeps the organisations' places equal to them."""

import csv
import io
import re
from collections.abc import Collection
from dataclasses import dataclass, replace
from importlib.resources import files
from typing import Final

from intercoop_chassis.errors import InvalidError, UnavailableError
from intercoop_chassis.postgres import Transaction
from intercoop_contracts.directory import ORGANISATIONS
from intercoop_directory.communes import store as communes
from intercoop_directory.communes.domain import (
    Commune,
    FormerCommune,
    Gazetteer,
    Place,
    PlaceName,
)
from intercoop_directory.organisations.domain.organisation import Organisation, change
from intercoop_directory.organisations.domain.views import organisation_view
from intercoop_directory.organisations.store import own as organisations

_CODE: Final = re.compile("[0-9][0-9AB][0-9]{3}")
_REMEDY: Final = "Use a file with the headings of the one that is shipped"


@dataclass(frozen=True, slots=True)
class Loaded:
    """How many communes there are, how many rows were new, and how many organisations moved."""

    communes: int
    changed: int
    refreshed: int


def shipped(name: str) -> str:
    """The text of a file that comes with the service."""
    return (files("intercoop_directory") / "data" / name).read_text(encoding="utf-8")


async def load(text: str, tx: Transaction) -> Loaded:
    """Make the communes those of a CSV text; organisations in them follow, and are published.

    Raises `InvalidError` when the text is not as agreed.
    """
    today = _communes(text)
    former = [
        FormerCommune(row["code_insee"], row["nom"], row["devenue"])
        for row in csv.DictReader(io.StringIO(shipped("former_communes.csv")))
    ]
    changed = await communes.replace_all(today, former, tx)
    return Loaded(len(today), changed, await _refresh(tx) if changed else 0)


async def gazetteer(wanted: Collection[PlaceName], tx: Transaction) -> Gazetteer:
    """The communes that these names may mean. Raises `UnavailableError` when none are loaded."""
    if wanted and not await communes.are_loaded(tx):
        raise UnavailableError(
            "The communes are not loaded yet: the operator runs intercoop-directory communes load"
        )
    return await communes.gazetteer_of(wanted, tx)


async def _refresh(tx: Transaction) -> int:
    """Organisations whose commune was renamed, merged or moved say so from now on."""
    own = await organisations.lock_all(tx)
    placed = [(one, one.record.place) for one in own if one.record.place]
    known = await communes.gazetteer_of([PlaceName(place.code) for _, place in placed], tx)
    moved = []
    for before, place in placed:
        after = _moved(before, known.resolve(PlaceName(place.code, postcode=place.postcode)))
        if after is not before:
            moved.append(after)
    await organisations.update(moved, tx)
    for one in moved:
        view = organisation_view(one.record)
        tx.publish(ORGANISATIONS, one.id, view, event_type="organisation-changed")
    return len(moved)


def _moved(organisation: Organisation, place: object) -> Organisation:
    if not isinstance(place, Place):
        return organisation
    return change(organisation, replace(organisation.record, place=place))


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
    if not _CODE.fullmatch(row["code_insee"]):
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
