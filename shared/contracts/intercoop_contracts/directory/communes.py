"""Communes: where an organisation is."""

from intercoop_contracts.bounds import (
    CommuneCode,
    DepartementCode,
    Latitude,
    Longitude,
    Name,
    Postcode,
    Siren,
)
from intercoop_contracts.streams import View


class CommuneView(View):
    """Where an organisation is: INSEE code, EPCI (SIREN of the inter-communal body), WGS 84."""

    code: CommuneCode
    name: Name
    postcode: Postcode | None = None
    departement: DepartementCode
    epci: Siren | None = None
    lat: Latitude | None = None
    lon: Longitude | None = None
