"""What a person may do here at a moment: the newest account that the directory published of them.

The directory reads it from what it publishes itself, every other service from its replica: there is
no table of standings. Days are those of France, and end by the clock, whoever is away.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Protocol, TypeVar
from uuid import UUID

from intercoop_chassis.auth import Role
from intercoop_chassis.clock import day_in_france
from intercoop_chassis.postgres import Transaction
from intercoop_chassis.wire.decoding import view_of
from intercoop_contracts.directory import ACCOUNTS, AccountRole, AccountView, OrganisationRight
from intercoop_contracts.ids import beginning_at

ACCOUNT: Final = """
SELECT value FROM published WHERE topic = $1 AND subject = $2
UNION ALL
SELECT value FROM replica WHERE topic = $1 AND subject = $2 AND value IS NOT NULL
"""

_ROLES: Final = {
    AccountRole.ELECTED: Role.ELECTED,
    AccountRole.ADVISER: Role.STAFF,
    AccountRole.STAFF: Role.STAFF,
    AccountRole.OPERATOR: Role.OPERATOR,
}


@dataclass(frozen=True, slots=True)
class Standing:
    """What somebody may do on one day, and which of their sessions have ended.

    `acts_for` are the organisations in whose name they act, `reads` those whose record they read,
    the former among them. Without any right or role on that day somebody `is_member` no more.
    """

    roles: frozenset[Role] = frozenset()
    acts_for: frozenset[UUID] = frozenset()
    reads: frozenset[UUID] = frozenset()
    sees_steering: bool = False
    ended_sessions: frozenset[UUID] = frozenset()
    sessions_from: datetime | None = None

    @property
    def is_member(self) -> bool:
        return bool(self.roles)

    def holds(self, session_id: UUID) -> bool:
        """Whether a session goes on: its holder is a member, and it is not known to have ended."""
        return (
            self.is_member and session_id not in self.ended_sessions and not self._late(session_id)
        )

    def _late(self, session_id: UUID) -> bool:
        """Whether a session is of a time whose sessions have all ended: ids begin with theirs."""
        if self.sessions_from is None:
            return False
        return str(session_id) < beginning_at(int(self.sessions_from.timestamp() * 1000))


NO_STANDING: Final = Standing()
"""Of somebody who was erased."""


async def standing_of(person_id: UUID, now: datetime, tx: Transaction) -> Standing | None:
    """What this instance's person may do at `now` (aware).

    None for somebody of whom no account has arrived, `NO_STANDING` for one who was erased.
    """
    value = await tx.fetchval(ACCOUNT, ACCOUNTS.topic(tx.owner), str(person_id))
    if value is None:
        return None
    account = view_of(ACCOUNTS, value)
    if not isinstance(account, AccountView):
        return NO_STANDING
    return standing_on(account, day_in_france(now))


def standing_on(account: AccountView, day: date) -> Standing:
    """What an account allows on a day."""
    rights = tuple(_current(account.organisations, day))
    roles = {held.role for held in _current(account.roles, day)}
    known = {_ROLES[role] for role in roles if role in _ROLES}
    return Standing(
        roles=frozenset(known | {Role.MEMBER}) if rights or roles else frozenset(),
        acts_for=frozenset(
            held.organisation_id for held in rights if held.right is OrganisationRight.ACT
        ),
        reads=frozenset(held.organisation_id for held in rights),
        sees_steering=AccountRole.STEERING in roles,
        ended_sessions=frozenset(session.id for session in account.ended_sessions),
        sessions_from=account.sessions_from,
    )


class _Dated(Protocol):
    @property
    def since(self) -> date: ...

    @property
    def until(self) -> date | None: ...


D = TypeVar("D", bound=_Dated)


def _current(dated: Iterable[D], day: date) -> Iterable[D]:
    return (
        each for each in dated if each.since <= day and (each.until is None or day < each.until)
    )
