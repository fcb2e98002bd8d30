"""An account as the other services of the instance are told of it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from intercoop_contracts.directory import AccountView, EndedSessionView, MandateView
from intercoop_directory.standings.domain.rights import (
    Instance,
    account_roles,
    organisation_rights,
)
from intercoop_directory.standings.domain.sessions import Sessions, told_ends

NOTHING: Final = AccountView()
"""Of somebody who may do nothing and never signed in: it is worth no message."""


def account_view(
    mandates: Sequence[MandateView], instance: Instance, sessions: Sessions, now: datetime
) -> AccountView:
    """What a person may do, past and coming days included, and which of their sessions ended."""
    return AccountView(
        organisations=tuple(organisation_rights(mandates, instance)),
        roles=tuple(account_roles(mandates, instance)),
        ended_sessions=tuple(EndedSessionView(id=ended) for ended in told_ends(sessions, now)),
        sessions_from=sessions.since,
    )
