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
)
from intercoop_directory.communes.domain.refusals import WRITE_CODE

__all__ = [
    "LONGEST_NAME",
    "WRITE_CODE",
    "Commune",
    "FormerCommune",
    "Gazetteer",
    "Place",
    "PlaceName",
    "Resolve",
    "asked_place",
    "departement_number",
    "departements_meant",
    "departements_of",
    "name_key",
    "where_of",
]
