"""Accounts: what each person may do, for the services of their instance only."""

from enum import StrEnum
from typing import Final

from pydantic import Field

from intercoop_contracts.attribution import OWN, OwnId
from intercoop_contracts.bounds import Day, Moment
from intercoop_contracts.directory.people import MAX_MANDATES
from intercoop_contracts.streams import Audience, Stream, View

MAX_ENDED_SESSIONS: Final = 100


class OrganisationRight(StrEnum):
    """What somebody may do in an organisation: act in its name, or read its record."""

    ACT = "act"
    READ = "read"


class AccountRole(StrEnum):
    """What somebody is in the instance itself; `steering` is to see its figures."""

    ELECTED = "elected"
    STEERING = "steering"
    ADVISER = "adviser"
    STAFF = "staff"
    OPERATOR = "operator"


class OrganisationRightView(View):
    """A dated right in an organisation of this instance; `until` is exclusive."""

    organisation_id: OwnId
    right: OrganisationRight
    since: Day
    until: Day | None = None


class AccountRoleView(View):
    """A dated role; `until` is exclusive."""

    role: AccountRole
    since: Day
    until: Day | None = None


class EndedSessionView(View):
    """A session that was ended, while a token of it might still be renewed."""

    id: OwnId


class AccountView(View):
    """A person's rights, with the days on which they hold, in France; no name and no address.

    A session whose id is of a time before `sessions_from` has ended as well.
    """

    organisations: tuple[OrganisationRightView, ...] = Field(default=(), max_length=MAX_MANDATES)
    roles: tuple[AccountRoleView, ...] = Field(default=(), max_length=2 * MAX_MANDATES)
    ended_sessions: tuple[EndedSessionView, ...] = Field(default=(), max_length=MAX_ENDED_SESSIONS)
    sessions_from: Moment | None = None


ACCOUNTS = Stream(
    name="accounts",
    audience=Audience.PRIVATE,
    view=AccountView,
    event_types=("account-changed", "account-erased"),
    publisher="directory",
    key=OWN,
)
"""The subject is the person's id."""
