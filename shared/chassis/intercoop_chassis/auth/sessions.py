"""Sessions of people: a token in a cookie, renewed unseen by whichever process it reaches."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from intercoop_chassis.auth.authority import Authority
from intercoop_chassis.auth.identity import Identity, Role
from intercoop_chassis.auth.issuing import LIFETIME, Grant, TokenIssuer
from intercoop_chassis.auth.verified import VerifiedToken
from intercoop_chassis.clock import Clock, system_clock
from intercoop_chassis.errors import UnauthenticatedError

IDLE_FOR: Final = timedelta(days=30)
"""How long a session lasts when nobody uses it; each renewal begins it anew."""

LASTS_FOR: Final = timedelta(days=180)
"""However often it is used: a cookie that somebody took is not good for ever."""

RENEWED_AFTER: Final = LIFETIME / 2


@dataclass(frozen=True, slots=True)
class Session:
    """A person's session: who, its id (`sid`), when they signed in, and until when it lasts unused.

    `renewed` is a token for the cookie in the place of the one that came, where it is time.
    """

    identity: Identity
    id: UUID
    signed_in: datetime
    ends: datetime
    renewed: str | None = None


class Sessions:
    """Begins the sessions of an instance and goes on with them; no process needs another for it."""

    def __init__(
        self, authority: Authority, issuer: TokenIssuer, *, clock: Clock = system_clock
    ) -> None:
        self._authority = authority
        self._issuer = issuer
        self._clock = clock

    def begin(
        self, person: UUID, roles: frozenset[Role], organisations: frozenset[UUID] = frozenset()
    ) -> str:
        """A new session's token, for its cookie, of a person whom somebody has vouched for."""
        grant = Grant(
            person, self._issuer.new_session(), roles, organisations, signed_in=self._clock()
        )
        return self._issuer.issue(grant)

    async def resume(self, token: str) -> Session:
        """The session of a cookie's token, with a new token once half of its hour is over.

        Raises `UnauthenticatedError` where it has ended, nobody used it for thirty days, it began
        half a year ago, or the token is a program's, and `UnavailableError` where the instance
        cannot check tokens.
        """
        held = await self._authority.verify(token, even_expired=True)
        if held.signed_in is None:
            raise UnauthenticatedError("The token is a program's, which has no session: sign in")
        now, ends = self._clock(), held.issued_at + IDLE_FOR
        if now >= ends:
            raise UnauthenticatedError(
                f"Nobody used the session for {IDLE_FOR.days} days: sign in again"
            )
        if now >= held.signed_in + LASTS_FOR:
            raise UnauthenticatedError(
                f"The session began more than {LASTS_FOR.days} days ago: sign in again"
            )
        if now < held.issued_at + RENEWED_AFTER:
            return Session(held.identity, held.session, held.signed_in, ends)
        renewed = self._issuer.issue(_grant(held))
        return Session(held.identity, held.session, held.signed_in, now + IDLE_FOR, renewed)

    def ended(self, session: UUID) -> None:
        """A session was ended here (`endings.end_session`): this process knows at once."""
        self._authority.look_again(session)


def _grant(held: VerifiedToken) -> Grant:
    """The same again: session, rights, and when its person signed in."""
    who = held.identity
    return Grant(who.subject, held.session, who.roles, who.organisations, held.signed_in)
