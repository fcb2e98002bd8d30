"""What the checking of tokens asks about people, and whoever looks it up answers."""

from typing import Protocol
from uuid import UUID

from intercoop_chassis.auth.identity import Identity


class Standings(Protocol):
    """Knows what people may do at this moment, and which of their sessions go on."""

    async def identity(self, person: UUID, session: UUID, service: str) -> Identity:
        """Who somebody is by a session, as this service of the process knows it.

        Raises `UnauthenticatedError` where the session does not go on, and `UnavailableError` where
        that cannot be known.
        """

    def look_again(self, person: UUID) -> None:
        """Something of a person was changed here: what was known before counts no more."""

    def end(self, session: UUID) -> None:
        """A session was ended here."""
