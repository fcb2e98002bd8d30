"""Communes: where an organisation is."""

from intercoop_contracts.streams import View


class CommuneView(View):
    """Where an organisation is: INSEE code, EPCI (SIREN of the inter-communal body), WGS 84."""

    code: str
    name: str
    postcode: str | None = None
    departement: str
    epci: str | None = None
    lat: float | None = None
    lon: float | None = None
