"""Communes, and the names, codes and post codes that people write of them."""

import re
from dataclasses import dataclass, replace
from typing import Final

from intercoop_chassis.spelling import key
from intercoop_directory.communes.domain.departements import (
    departements_meant,
    departements_of,
)

LONGEST_NAME: Final = 60
"""No commune has a longer one: what is longer is like none."""

_DELIVERY: Final = re.compile(r" cedex( \d+)?$")
_ABBREVIATED: Final = re.compile(r"\b(st|ste|sts|stes|s|ss)\b")
_WRITTEN_OUT: Final = {
    "st": "saint",
    "ste": "sainte",
    "sts": "saints",
    "stes": "saintes",
    "s": "sur",
    "ss": "sous",
}
_DISTRICT: Final = re.compile(
    r"^(paris|lyon|marseille)( \d{1,2}( ?(er|e|eme))?)?( arr| arrondissement)?$"
)
_ASIDE: Final = re.compile(r"(?P<name>.*[^ (]) ?\((?P<aside>[^()]+)\)")
_ARTICLES: Final = frozenset({"le", "la", "les", "l"})
_IN_ONE: Final = re.compile(
    r"(?:(?P<postcode>[0-9]{5}),? )?(?P<name>.*?[^\W\d].*?)(?:,? (?P<after>[0-9]{5}))?"
)
_WITH_NUMBER: Final = re.compile(r"(?P<name>.+?)(?:,| -)? (?P<departement>[0-9]{2,3}|2[abAB])")
_WITH_COMMA: Final = re.compile(r"(?P<name>[^,]+), *(?P<departement>[^,]+)")


@dataclass(frozen=True, slots=True)
class Commune:
    """A commune of today: `code` is INSEE's, `epci` a SIREN, the position is WGS 84."""

    code: str
    name: str
    departement: str
    region: str
    epci: str | None
    population: int
    postcodes: tuple[str, ...]
    lat: float | None
    lon: float | None


@dataclass(frozen=True, slots=True)
class FormerCommune:
    """A code or a name that is no longer in use, and the commune it is today."""

    code: str
    name: str
    successor: str


@dataclass(frozen=True, slots=True)
class Place:
    """Where an organisation is: what is publicly known of its commune, and a post code."""

    code: str
    name: str
    departement: str
    postcode: str | None = None
    epci: str | None = None
    lat: float | None = None
    lon: float | None = None


@dataclass(frozen=True, slots=True)
class PlaceName:
    """What somebody wrote to say where it is; at least one of them is there.

    `departement` is a number or a name.
    """

    code: str | None = None
    name: str | None = None
    postcode: str | None = None
    departement: str | None = None

    def apart(self) -> "PlaceName":
        """What stands in parentheses after the name, as what it is: `Lot (46)`, `Havre (Le)`."""
        found = _ASIDE.fullmatch(self.name or "")
        if found is None:
            return self
        if key(found["aside"]) in _ARTICLES:
            return replace(self, name=f"{found['aside']} {found['name']}")
        if departements_meant(found["aside"]):
            said = self.departement or found["aside"]
            return replace(self, name=found["name"], departement=said)
        return self


def name_key(name: str) -> str:
    """What identifies a commune's name however it is spelt: `ST-JEAN CEDEX 9` → `saint jean`."""
    plain = _DELIVERY.sub("", key(name))
    plain = _ABBREVIATED.sub(lambda found: _WRITTEN_OUT[found[0]], plain)
    district = _DISTRICT.fullmatch(plain)
    return district[1] if district else plain


def where_of(wanted: PlaceName) -> tuple[str, ...]:
    """The départements that are said, or that the post code says."""
    if wanted.departement:
        return departements_meant(wanted.departement)
    return departements_of(wanted.postcode) if wanted.postcode else ()


def written_place(place: Place) -> str:
    """A place as a field shows it, which `asked_place` understands: `31000 Toulouse (31)`."""
    named = f"{place.name} ({place.departement})"
    return f"{place.postcode} {named}" if place.postcode else named


def asked_place(query: str) -> PlaceName:
    """What somebody types to find a commune: `44600 st nazaire`, `st nazaire, 44`."""
    wanted = PlaceName(name=query.strip()).apart()
    if found := _IN_ONE.fullmatch(wanted.name or ""):
        postcode = found["postcode"] or found["after"]
        wanted = replace(wanted, name=found["name"], postcode=postcode)
    if wanted.departement or _DISTRICT.fullmatch(key(wanted.name or "")):
        return wanted
    for pattern in (_WITH_NUMBER, _WITH_COMMA):
        found = pattern.fullmatch(wanted.name or "")
        if found and departements_meant(found["departement"]):
            return replace(wanted, name=found["name"], departement=found["departement"])
    return wanted
