"""Standings as a process remembers them, so that a service is not asked at each request."""

import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final, TypeVar
from uuid import UUID

from intercoop_chassis.auth import Identity
from intercoop_chassis.clock import day_in_france
from intercoop_chassis.context import Context
from intercoop_chassis.errors import UnauthenticatedError, UnavailableError
from intercoop_chassis.postgres import is_transient
from intercoop_chassis.standing.account import NO_STANDING, Standing, standing_of
from intercoop_contracts.directory import ACCOUNTS

K = TypeVar("K")
V = TypeVar("V")

ASK_AGAIN_S: Final = 5.0
MOST_REMEMBERED: Final = 10_000
_PUBLISHER: Final = ACCOUNTS.publisher


class StandingUnavailableError(UnavailableError):
    """The database cannot be asked what somebody may do: nobody is let in meanwhile."""

    code = "database-unavailable"


class StandingNotArrivedError(UnavailableError):
    """Nothing has arrived yet of somebody who signed in: the directory has published it."""

    code = "standing-not-arrived"


@dataclass(frozen=True, slots=True)
class _Remembered:
    """A standing of one day, until it is asked for again (monotonic seconds)."""

    standing: Standing
    day: date
    until: float


class RememberedStandings:
    """What people may do, by the database of the service that is asked, for five seconds at most.

    `contexts` are those of a process's services, by name, at least one. A dated end needs no
    question: on another day what was remembered counts no more. `clock` gives monotonic seconds.
    """

    def __init__(
        self, contexts: Mapping[str, Context], *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._contexts = contexts
        self._clock = clock
        self._remembered: OrderedDict[tuple[str, UUID], _Remembered] = OrderedDict()
        self._ended: OrderedDict[UUID, None] = OrderedDict()
        self._learnt = 0

    async def identity(self, person: UUID, session: UUID, service: str) -> Identity:
        """Who somebody is at this moment, by one of their sessions.

        A `service` that is none of this process means any, the directory if it is there. Raises
        `UnauthenticatedError` where the session does not go on, and `UnavailableError` where that
        cannot be known.
        """
        name = service if service in self._contexts else self._any
        standing = await self._standing(person, name)
        if session in self._ended or not standing.holds(session):
            raise UnauthenticatedError(
                "The session of this token has ended, or no mandate of its holder is of today: "
                "sign in again"
            )
        owner = self._contexts[name].settings.owner
        return Identity(
            person, owner, standing.roles, standing.acts_for, standing.reads, standing.sees_steering
        )

    def look_again(self, person: UUID) -> None:
        """Something of a person was changed here: what was remembered counts no more."""
        self._learnt += 1
        for name in self._contexts:
            self._remembered.pop((name, person), None)

    def end(self, session: UUID) -> None:
        """A session was ended here: no service of this process waits to be told."""
        _keep(self._ended, session, None)

    @property
    def _any(self) -> str:
        return _PUBLISHER if _PUBLISHER in self._contexts else next(iter(self._contexts))

    async def _standing(self, person: UUID, name: str) -> Standing:
        now, day = self._clock(), day_in_france(self._contexts[name].clock())
        known = self._remembered.get((name, person))
        if known is not None and known.until > now and known.day == day:
            return known.standing
        learnt_before = self._learnt
        standing = await self._asked(person, name)
        if self._learnt == learnt_before:
            _keep(self._remembered, (name, person), _Remembered(standing, day, now + ASK_AGAIN_S))
        return standing

    async def _asked(self, person: UUID, name: str) -> Standing:
        """By the service's own database; what has not arrived there, by the publisher's."""
        for asked in dict.fromkeys((name, _PUBLISHER)):
            context = self._contexts.get(asked)
            found = await _read(person, context) if context else None
            if found is not None:
                return found
        if _PUBLISHER in self._contexts:
            return NO_STANDING
        raise StandingNotArrivedError(
            "What you may do here has not arrived from the directory yet: try again in a few "
            "seconds"
        )


def _keep(kept: OrderedDict[K, V], key: K, value: V) -> None:
    """The newest, and no more than may be."""
    kept[key] = value
    kept.move_to_end(key)
    if len(kept) > MOST_REMEMBERED:
        kept.popitem(last=False)


async def _read(person: UUID, context: Context) -> Standing | None:
    try:
        async with context.db.statement() as tx:
            return await standing_of(person, context.clock(), tx)
    except Exception as error:
        if not is_transient(error):
            raise
        raise StandingUnavailableError(
            "The database cannot be used at the moment: try again in a few seconds"
        ) from error
