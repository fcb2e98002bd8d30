"""An organisation as it is answered: what its owner says, since when, and what follows from it."""

from datetime import date, datetime
from uuid import UUID

from pydantic import ConfigDict, Field

from intercoop_contracts.directory import OrganisationView
from intercoop_directory.organisations.domain.known import KnownOrganisation
from intercoop_directory.organisations.domain.links import affiliation_on
from intercoop_directory.organisations.domain.views import links_of
from intercoop_directory.trades.handlers import nomenclature


class OrganisationAnswer(OrganisationView):
    """An organisation of the network. Only its owner's instance may change it."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": "01920f5e-5a6b-7c3d-8e9f-0a1b2c3d4e5f",
                    "owner": "midi-pyrenees",
                    "as_of": "2016-11-23T13:05:00Z",
                    "name": "Atelier du Canal",
                    "siren": "000123455",
                    "kind": "cooperative",
                    "statute": "scop",
                    "form": "SARL",
                    "trade": "43.32A",
                    "trade_label": "Travaux de menuiserie bois et PVC",
                    "commune": {
                        "code": "31555",
                        "name": "Toulouse",
                        "postcode": "31000",
                        "departement": "31",
                        "epci": "243100518",
                        "lat": 43.59611,
                        "lon": 1.43196,
                    },
                    "contact": {"email": "contact@atelier.example"},
                    "union": "midi-pyrenees",
                    "federations": [],
                    "siren_conflict_with": [],
                    "more_siren_conflicts": False,
                    "is_sample": True,
                }
            ]
        }
    )

    id: UUID
    owner: str = Field(description="The instance that decides about it")
    as_of: datetime = Field(description="When the owner said so")
    trade_label: str | None = Field(
        description="What INSEE calls its trade, in French whatever language is asked for: there "
        "is no other; none for a code that is not of NAF rév. 2",
        examples=["Travaux de menuiserie bois et PVC"],
    )
    union: str | None = Field(description="The union it is in, on the day asked for")
    federations: list[str] = Field(description="The federations it is in, on the day asked for")
    siren_conflict_with: list[str] = Field(
        description="Other owners that publish the same SIREN, five at most: agree on who keeps it"
    )
    more_siren_conflicts: bool = Field(description="Whether there are more than are named")
    distance_km: float | None = Field(
        default=None, description="Great-circle distance from the place asked about"
    )

    @classmethod
    def of(cls, known: KnownOrganisation, on: date) -> "OrganisationAnswer":
        """The answer; memberships are those of the day `on`."""
        affiliation = affiliation_on(links_of(known.view), on)
        return cls.model_construct(
            **dict(known.view),
            id=known.id,
            owner=known.owner,
            as_of=known.as_of,
            trade_label=nomenclature().label(known.view.trade),
            union=affiliation.union,
            federations=list(affiliation.federations),
            siren_conflict_with=list(known.siren_conflict_with),
            more_siren_conflicts=known.has_more_siren_conflicts,
            distance_km=None if known.distance_km is None else round(known.distance_km, 3),
        )
