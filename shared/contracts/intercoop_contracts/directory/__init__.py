"""What a directory publishes: organisations to the whole network, people within its instance."""

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

__all__ = [
    "ACCOUNTS",
    "ORGANISATIONS",
    "PEOPLE",
    "AccountRole",
    "AccountRoleView",
    "AccountView",
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
    "PublicContact",
    "Role",
    "Statute",
]
