"""Sessions of people: a token in a cookie, renewed unseen by whichever process it reaches."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from intercoop_chassis.auth.authority import Authority
from intercoop_chassis.auth.identity import Identity
from intercoop_chassis.auth.issuing import LIFETIME, TokenContent, TokenIssuer
from intercoop_chassis.auth.standings import Standings
from intercoop_chassis.clock import Clock, system_clock
from intercoop_chassis.errors import UnauthenticatedError

IDLE_FOR: Final = timedelta(days=30)
"""How long a session lasts when nobody uses it; each renewal begins it anew."""

LASTS_FOR: Final = timedelta(days=180)
"""However often it is used: a cookie that somebody took is not good for ever."""

RENEWED_AFTER: Final = LIFETIME / 2


NameOf = Callable[[UUID], Awaitable[str | None]]
"""A person's name as the directory has it now; None where it cannot be had."""


@dataclass(frozen=True, slots=True)
class ResumedSession:
    """A session that goes on: who, its id (`sid`), since when, and until when it lasts unused.

    `name` is for the person's own pages; empty where nobody has said it. `renewed` is a token for
    the cookie in the place of the one that came, where it is time.
    """

    identity: Identity
    id: UUID
    signed_in: datetime
    ends: datetime
    name: str = ""
    renewed: str | None = None


class Sessions:
    """Tokens of people's sessions, for their cookies; no process needs another to go on with one.

    Which sessions there are is the directory's. A name stays as it was when somebody signed in,
    unless the process has the directory, which is asked at each renewal (`name_of`).
    """

    def __init__(
        self,
        authority: Authority,
        issuer: TokenIssuer,
        standings: Standings,
        *,
        name_of: NameOf | None = None,
        clock: Clock = system_clock,
    ) -> None:
        self._authority = authority
        self._issuer = issuer
        self._standings = standings
        self._name_of = name_of
        self._clock = clock

    def begin(self, person: UUID, session: UUID, name: str = "") -> str:
        """The first token of a session that was opened now, for somebody who was vouched for."""
        self._standings.look_again(person)
        content = TokenContent(person, session, signed_in=self._clock(), name=name)
        return self._issuer.issue(content)

    async def resume(self, token: str, service: str = "") -> ResumedSession:
        """The session of a cookie's token, with a new token once half of its hour is over.

        What its person may do is as this service of the process knows it. Raises
        `UnauthenticatedError` where it has ended, nobody used it for thirty days, it began half a
        year ago, or the token is a program's, and `UnavailableError` where that cannot be known.
        """
        held = await self._authority.verify(token, service, even_expired=True)
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
        who, session = held.identity, held.session
        if now < held.issued_at + RENEWED_AFTER:
            return ResumedSession(who, session, held.signed_in, ends, held.name)
        name = await self._name(who.subject, held.name)
        resumed = ResumedSession(who, session, held.signed_in, now + IDLE_FOR, name)
        return replace(resumed, renewed=self.again(resumed))

    def again(self, session: ResumedSession) -> str:
        """A token of a session that goes on, that begins now and has its name."""
        who, since = session.identity.subject, session.signed_in
        content = TokenContent(who, session.id, signed_in=since, name=session.name)
        return self._issuer.issue(content)

    async def _name(self, person: UUID, held: str) -> str:
        known = await self._name_of(person) if self._name_of else None
        return held if known is None else known

    def changed(self, person: UUID, *ended: UUID) -> None:
        """Sessions of a person were opened or `ended` here: this process knows at once."""
        self._standings.look_again(person)
        for session in ended:
            self._standings.end(session)
