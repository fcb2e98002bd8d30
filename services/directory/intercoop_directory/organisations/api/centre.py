"""The place that a question about neighbours is asked from."""

from dataclasses import dataclass
from typing import Annotated, Final
from uuid import UUID

from fastapi import Query

from intercoop_chassis.errors import InvalidError
from intercoop_chassis.postgres import Transaction
from intercoop_contracts.bounds import CommuneCode
from intercoop_directory.communes.domain import Place, PlaceName
from intercoop_directory.communes.handlers import gazetteer
from intercoop_directory.organisations.store.known import get_known

_DECIMALS: Final = 6
"""A decimetre; numbers that are nearly nothing are none for PostgreSQL either."""

_ONE_OF_THREE: Final = "Send lat and lon, or commune, or organisation: one of the three"


@dataclass(frozen=True, slots=True)
class Centre:
    """A position, a commune's INSEE code, or an organisation's id: one of them."""

    lat: Annotated[float | None, Query(ge=-90, le=90, allow_inf_nan=False, examples=[43.6])] = None
    lon: Annotated[float | None, Query(ge=-180, le=180, allow_inf_nan=False, examples=[1.44])] = (
        None
    )
    commune: Annotated[CommuneCode | None, Query(description="INSEE code", examples=["15014"])] = (
        None
    )
    organisation: Annotated[UUID | None, Query(description="Left out of the answer")] = None


def has_a_place(centre: Centre) -> bool:
    """Whether any place is asked about, a whole one or not."""
    places = (centre.lat, centre.lon, centre.commune, centre.organisation)
    return any(place is not None for place in places)


async def centre_of(centre: Centre, tx: Transaction) -> tuple[float, float]:
    """Latitude and longitude. Raises `InvalidError` when there are none, or several."""
    if (centre.lat is None) != (centre.lon is None):
        raise InvalidError("lat", "makes a position only together with lon", _ONE_OF_THREE)
    places = (centre.lat, centre.commune, centre.organisation)
    asked = [place for place in places if place is not None]
    if len(asked) != 1:
        raise InvalidError("lat", f"{len(asked)} places were asked about", _ONE_OF_THREE)
    if centre.lat is not None and centre.lon is not None:
        return round(centre.lat, _DECIMALS), round(centre.lon, _DECIMALS)
    if centre.commune is not None:
        return await _of_commune(centre.commune, tx)
    return await _of_organisation(centre.organisation, tx)


async def _of_commune(code: str, tx: Transaction) -> tuple[float, float]:
    wanted = PlaceName(code)
    place = (await gazetteer([wanted], tx)).resolve(wanted)
    if not isinstance(place, Place):
        raise InvalidError("commune", place.reason.en, place.remedy.en)
    return _position("commune", place.lat, place.lon)


async def _of_organisation(organisation_id: UUID | None, tx: Transaction) -> tuple[float, float]:
    known = await get_known(organisation_id, tx) if organisation_id else None
    if known is None:
        raise InvalidError("organisation", "is not in the directory", _ONE_OF_THREE)
    commune = known.view.commune
    return _position(
        "organisation", commune.lat if commune else None, commune.lon if commune else None
    )


def _position(field: str, lat: float | None, lon: float | None) -> tuple[float, float]:
    if lat is None or lon is None:
        raise InvalidError(field, "has no known position", "Send lat and lon instead")
    return lat, lon
