"""Organisations: the public record, for the whole network."""

from datetime import date
from enum import StrEnum

from pydantic import Field

from intercoop_contracts.attribution import OWN
from intercoop_contracts.directory.communes import CommuneView
from intercoop_contracts.streams import Audience, Stream, View


class Kind(StrEnum):
    COOPERATIVE = "cooperative"
    UNION = "union"
    FEDERATION = "federation"
    PROJECT = "project"


class Statute(StrEnum):
    """The co-operative statute (French law: Scop, Scic, or the 1947 law on co-operation)."""

    SCOP = "scop"
    SCIC = "scic"
    LOI47 = "loi47"
    OTHER = "other"


class Form(StrEnum):
    """The legal form of the company."""

    SA = "SA"
    SARL = "SARL"
    SAS = "SAS"


class PublicContact(View):
    """How to reach the organisation itself; never a person's address or number."""

    email: str | None = None
    phone: str | None = None
    website: str | None = None


class LinkKind(StrEnum):
    UNION = "union"
    FEDERATION = "federation"


class LinkView(View):
    """A dated membership; `owner` is the union's or federation's slug, `until` is exclusive."""

    kind: LinkKind
    owner: str
    since: date
    until: date | None = None


class OrganisationView(View):
    """The public record of a co-operative, a union, a federation or a project."""

    name: str
    acronym: str | None = None
    siren: str | None = Field(default=None, description="9 digits, the legal unit for life")
    kind: Kind = Kind.COOPERATIVE
    statute: Statute = Statute.OTHER
    form: Form | None = None
    is_cae: bool = False
    trade: str | None = Field(default=None, description="NAF code, e.g. 43.32A")
    headcount: int | None = None
    commune: CommuneView | None = None
    contact: PublicContact = PublicContact()
    expertise: tuple[str, ...] = ()
    links: tuple[LinkView, ...] = ()
    joined: date | None = None
    left: date | None = None
    is_sample: bool = False


ORGANISATIONS = Stream(
    name="organisations",
    audience=Audience.SHARED,
    view=OrganisationView,
    event_types=("organisation-registered", "organisation-changed", "organisation-left"),
    publisher="directory",
    key=OWN,
)
