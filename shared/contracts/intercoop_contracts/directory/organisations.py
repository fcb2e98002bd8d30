"""Organisations: the public record, for the whole network."""

from enum import StrEnum
from typing import Annotated, Final

from pydantic import Field

from intercoop_contracts.attribution import OWN
from intercoop_contracts.bounds import (
    Count,
    Day,
    Email,
    NafCode,
    Name,
    Phone,
    Siren,
    Slug,
    Tag,
    Website,
)
from intercoop_contracts.directory.communes import CommuneView
from intercoop_contracts.streams import Audience, Stream, View

MAX_ACRONYM: Final = 50
MAX_TAGS: Final = 50
MAX_LINKS: Final = 50

Acronym = Annotated[Name, Field(max_length=MAX_ACRONYM)]


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

    email: Email | None = None
    phone: Phone | None = None
    website: Website | None = None


class LinkKind(StrEnum):
    UNION = "union"
    FEDERATION = "federation"


class LinkView(View):
    """A dated membership; `owner` is the union's or federation's slug, `until` is exclusive."""

    kind: LinkKind
    owner: Slug
    since: Day
    until: Day | None = None


class OrganisationView(View):
    """The public record of a co-operative, a union, a federation or a project."""

    name: Name
    acronym: Acronym | None = None
    siren: Siren | None = Field(default=None, description="9 digits, the legal unit for life")
    kind: Kind = Kind.COOPERATIVE
    statute: Statute = Statute.OTHER
    form: Form | None = None
    is_cae: bool = False
    trade: NafCode | None = Field(default=None, description="NAF code, e.g. 43.32A")
    headcount: Count | None = None
    commune: CommuneView | None = None
    contact: PublicContact = PublicContact()
    expertise: tuple[Tag, ...] = Field(default=(), max_length=MAX_TAGS)
    links: tuple[LinkView, ...] = Field(default=(), max_length=MAX_LINKS)
    joined: Day | None = None
    left: Day | None = None
    is_sample: bool = False


ORGANISATIONS = Stream(
    name="organisations",
    audience=Audience.SHARED,
    view=OrganisationView,
    event_types=("organisation-registered", "organisation-changed", "organisation-left"),
    publisher="directory",
    key=OWN,
)
