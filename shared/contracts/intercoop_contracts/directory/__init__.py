"""What a directory publishes: organisations to the whole network, people within its instance."""

from intercoop_contracts.directory.communes import CommuneView
from intercoop_contracts.directory.organisations import (
    ORGANISATIONS,
    Form,
    Kind,
    LinkKind,
    LinkView,
    OrganisationView,
    PublicContact,
    Statute,
)
from intercoop_contracts.directory.people import (
    PEOPLE,
    ContactKind,
    ContactPointView,
    Language,
    MandateView,
    PersonView,
    Role,
)

__all__ = [
    "ORGANISATIONS",
    "PEOPLE",
    "CommuneView",
    "ContactKind",
    "ContactPointView",
    "Form",
    "Kind",
    "Language",
    "LinkKind",
    "LinkView",
    "MandateView",
    "OrganisationView",
    "PersonView",
    "PublicContact",
    "Role",
    "Statute",
]
