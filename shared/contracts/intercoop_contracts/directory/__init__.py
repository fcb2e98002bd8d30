"""What a directory publishes: organisations to the whole network, the rest within its instance."""

from intercoop_contracts.directory.accounts import (
    ACCOUNTS,
    AccountRole,
    AccountRoleView,
    AccountView,
    EndedSessionView,
    OrganisationRight,
    OrganisationRightView,
)
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
from intercoop_contracts.directory.presentations import (
    PRESENTATIONS,
    ColoursView,
    PresentationView,
)

__all__ = [
    "ACCOUNTS",
    "ORGANISATIONS",
    "PEOPLE",
    "PRESENTATIONS",
    "AccountRole",
    "AccountRoleView",
    "AccountView",
    "ColoursView",
    "CommuneView",
    "ContactKind",
    "ContactPointView",
    "EndedSessionView",
    "Form",
    "Kind",
    "Language",
    "LinkKind",
    "LinkView",
    "MandateView",
    "OrganisationRight",
    "OrganisationRightView",
    "OrganisationView",
    "PersonView",
    "PresentationView",
    "PublicContact",
    "Role",
    "Statute",
]
