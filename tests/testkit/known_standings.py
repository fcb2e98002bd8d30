"""What people may do, said by a test that has no database: everybody the same."""

from collections.abc import Iterable
from uuid import UUID

from intercoop_chassis.auth import Identity, Role
from intercoop_chassis.errors import UnauthenticatedError


class KnownStandings:
    """Everybody has these roles, and acts for these organisations; `ended` sessions are over."""

    def __init__(
        self, owner: str = "ouest", roles: Iterable[Role] = (), acts_for: Iterable[UUID] = ()
    ) -> None:
        self.owner = owner
        self.roles = frozenset(roles)
        self.acts_for = frozenset(acts_for)
        self.ended: set[UUID] = set()

    async def identity(self, person: UUID, session: UUID, service: str) -> Identity:  # noqa: ARG002  the protocol's
        if session in self.ended:
            raise UnauthenticatedError("The session of this token has ended: sign in again")
        return Identity(person, self.owner, self.roles, self.acts_for)

    def look_again(self, person: UUID) -> None:
        """Nothing is remembered here."""

    def end(self, session: UUID) -> None:
        self.ended.add(session)
