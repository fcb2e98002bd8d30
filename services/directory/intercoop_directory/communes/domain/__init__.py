"""Communes, and how what people write (a name, a code, a post code) is resolved to one of them."""

from intercoop_directory.communes.domain.departements import (
    departement_number,
    departements_meant,
    departements_of,
)
from intercoop_directory.communes.domain.gazetteer import Gazetteer, Resolve
from intercoop_directory.communes.domain.places import (
    LONGEST_NAME,
    Commune,
    FormerCommune,
    Place,
    PlaceName,
    asked_place,
    name_key,
    where_of,
    written_place,
)
from intercoop_directory.communes.domain.refusals import WRITE_CODE
from intercoop_directory.communes.domain.territories import Departement, Region, Territories

__all__ = [
    "LONGEST_NAME",
    "WRITE_CODE",
    "Commune",
    "Departement",
    "FormerCommune",
    "Gazetteer",
    "Place",
    "PlaceName",
    "Region",
    "Resolve",
    "Territories",
    "asked_place",
    "departement_number",
    "departements_meant",
    "departements_of",
    "name_key",
    "where_of",
    "written_place",
]
