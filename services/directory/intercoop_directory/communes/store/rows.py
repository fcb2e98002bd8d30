"""Communes of rows."""

from intercoop_chassis.postgres import Row
from intercoop_directory.communes.domain import Commune


def commune_of(row: Row) -> Commune:
    return Commune(
        code=row["code"],
        name=row["name"],
        departement=row["departement"],
        region=row["region"],
        epci=row["epci"],
        population=row["population"],
        postcodes=tuple(row["postcodes"]),
        lat=row["lat"],
        lon=row["lon"],
    )
