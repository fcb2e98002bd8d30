"""An organisation as a request describes it."""

from typing import Any, Final

from pydantic import ConfigDict, Field, model_validator

from intercoop_chassis.http.texts import Body, Day, Name, Slug, Tag, Text, WholeCount
from intercoop_contracts.bounds import CommuneCode, Postcode
from intercoop_contracts.directory import Form, Kind, LinkKind, Statute
from intercoop_contracts.directory.organisations import MAX_LINKS, MAX_TAGS, Acronym
from intercoop_directory.communes.domain import PlaceName
from intercoop_directory.contact import Contact
from intercoop_directory.organisations.domain.links import Link
from intercoop_directory.organisations.domain.organisation import OrganisationRecord
from intercoop_directory.organisations.handlers import OrganisationDraft

_SHOWN: Final = frozenset(
    {
        *("id", "owner", "as_of", "union", "federations", "distance_km", "trade_label"),
        *("siren_conflict_with", "more_siren_conflicts"),
    }
)
_SHOWN_OF_COMMUNE: Final = frozenset({"name", "departement", "epci", "lat", "lon"})

Json = Any  # Any: a body before it is checked


def _without(value: Json, shown: frozenset[str]) -> Json:
    """What GET shows and nobody may set is left out, so that its answer can be sent back."""
    if not isinstance(value, dict):
        return value
    return {name: item for name, item in value.items() if name not in shown}


class CommuneBody(Body):
    """The commune by its INSEE code; former codes are understood."""

    code: CommuneCode = Field(description="INSEE code", examples=["31555"])
    postcode: Postcode | None = Field(default=None, examples=["31000"])

    @model_validator(mode="before")
    @classmethod
    def _settable(cls, value: Json) -> Json:
        return _without(value, _SHOWN_OF_COMMUNE)


class ContactBody(Body):
    """How to reach the organisation itself. It is public: no person's address or number."""

    email: Text | None = Field(default=None, examples=["contact@atelier.example"])
    phone: Text | None = Field(default=None, examples=["05 61 00 00 00"])
    website: Text | None = Field(default=None, examples=["https://atelier.example"])


class LinkBody(Body):
    """A membership from `since` up to, but not on, `until`."""

    kind: LinkKind
    owner: Slug = Field(description="The union or federation", examples=["midi-pyrenees"])
    since: Day = Field(examples=["2012-03-01"])
    until: Day | None = None


class OrganisationBody(Body):
    """Everything that is said of an organisation. It is public in the whole network."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "name": "Atelier du Canal",
                    "siren": "000123455",
                    "statute": "scop",
                    "form": "SARL",
                    "trade": "43.32A",
                    "headcount": 12,
                    "commune": {"code": "31555", "postcode": "31000"},
                    "contact": {"email": "contact@atelier.example", "phone": "05 61 00 00 00"},
                    "expertise": ["locaux", "apprentissage"],
                    "links": [{"kind": "union", "owner": "midi-pyrenees", "since": "2012-03-01"}],
                    "joined": "2012-03-01",
                }
            ]
        }
    )

    name: Name
    acronym: Acronym | None = None
    siren: Text | None = Field(default=None, description="9 digits, checked")
    kind: Kind = Kind.COOPERATIVE
    statute: Statute = Statute.OTHER
    form: Form | None = None
    is_cae: bool = Field(default=False, strict=True)
    trade: Text | None = Field(default=None, description="NAF code")
    headcount: WholeCount | None = None
    commune: CommuneBody | None = None
    contact: ContactBody = ContactBody()
    expertise: list[Tag] = Field(
        default=[], max_length=MAX_TAGS, description="What it offers to help with"
    )
    links: list[LinkBody] = Field(default=[], max_length=MAX_LINKS)
    joined: Day | None = None
    left: Day | None = None
    is_sample: bool = Field(default=False, strict=True, description="A made-up organisation")

    @model_validator(mode="before")
    @classmethod
    def _settable(cls, value: Json) -> Json:
        return _without(value, _SHOWN)

    def draft(self) -> OrganisationDraft:
        record = OrganisationRecord(
            name=self.name,
            acronym=self.acronym,
            siren=self.siren,
            kind=self.kind,
            statute=self.statute,
            form=self.form,
            is_cae=self.is_cae,
            trade=self.trade,
            headcount=self.headcount,
            contact=Contact(self.contact.email, self.contact.phone, self.contact.website),
            expertise=tuple(self.expertise),
            links=tuple(Link(link.kind, link.owner, link.since, link.until) for link in self.links),
            joined=self.joined,
            left=self.left,
            is_sample=self.is_sample,
        )
        if self.commune is None:
            return OrganisationDraft(record)
        return OrganisationDraft(
            record, PlaceName(self.commune.code, postcode=self.commune.postcode)
        )
