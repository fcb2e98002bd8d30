"""An organisation as this instance knows it, and the communes where there are any. Pure."""

import re
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from intercoop_chassis.spelling import tidy
from intercoop_contracts.directory import OrganisationView

_WITH_DEPARTEMENT: Final = re.compile(r"(.*\S)\s*\((\d{2}|2[ABab]|9[78]\d)\)")
_POSTCODE: Final = re.compile(r"\d{5}\s+(?=\D)")


@dataclass(frozen=True, slots=True)
class Organisation:
    id: UUID
    owner: str
    view: OrganisationView


@dataclass(frozen=True, slots=True)
class Place:
    """A commune; its position (WGS 84) is that of an organisation there."""

    commune: str
    departement: str | None
    lat: float | None = None
    lon: float | None = None

    @property
    def written(self) -> str:
        """`Figeac (46)`."""
        return f"{self.commune} ({self.departement})" if self.departement else self.commune

    @property
    def position(self) -> tuple[float, float] | None:
        """Latitude and longitude."""
        return None if self.lat is None or self.lon is None else (self.lat, self.lon)


@dataclass(frozen=True, slots=True)
class Unclear:
    """What is written names none, or several: those that may be meant."""

    candidates: tuple[Place, ...]


def read_place(text: str) -> Place:
    """A commune as it is written: `Figeac (46)`, `46100 Figeac`; without a position."""
    plain = _POSTCODE.sub("", tidy(text), count=1)
    found = _WITH_DEPARTEMENT.fullmatch(plain)
    return Place(found[1], found[2].upper()) if found else Place(plain, None)
