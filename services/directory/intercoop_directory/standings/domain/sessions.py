"""Sessions: how long they go on, how many there may be, and which ends have to be told."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from intercoop_contracts.directory.accounts import MAX_ENDED_SESSIONS
from intercoop_contracts.ids import beginning_at

MOST_OPEN: Final = 20
"""Of one person. One more ends the oldest."""

TOLD_FOR: Final = timedelta(days=31)
"""How long an end is told: tokens are renewed for 30 days, and the last one lives for an hour."""

OVER_AFTER: Final = timedelta(days=181)
"""Since it was opened: no token is renewed for longer than half a year. A day more, for clocks."""

MAX_DEVICE: Final = 200


class SignInWay(StrEnum):
    """What vouched for a person when a session was opened."""

    MAIL_LINK = "mail-link"
    INVITATION = "invitation"
    PROVIDER = "provider"
    PERSONA = "persona"


@dataclass(frozen=True, slots=True)
class Session:
    """A sign-in that goes on until it is ended; `device` is what the browser said of itself."""

    id: UUID
    opened_at: datetime
    way: SignInWay
    device: str = ""
    ended_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        return self.ended_at is None


@dataclass(frozen=True, slots=True)
class Sessions:
    """All of a person's that count. Those of a time before `since` have ended, listed or not."""

    listed: tuple[Session, ...] = ()
    since: datetime | None = None

    @property
    def open(self) -> tuple[Session, ...]:
        return tuple(session for session in self.listed if session.is_open)


def add_session(sessions: Sessions, session: Session, now: datetime) -> Sessions:
    """With one more; where there were as many as may be, the oldest end."""
    surplus = len(sessions.open) + 1 - MOST_OPEN
    oldest = sorted(sessions.open, key=_opened)[: max(surplus, 0)]
    ended = end_sessions(sessions, [old.id for old in oldest], now)
    return replace(ended, listed=(*ended.listed, session))


def end_sessions(sessions: Sessions, ids: Iterable[UUID], now: datetime) -> Sessions:
    """Without these. More ends than an account can tell of end all sessions."""
    wanted = frozenset(ids)
    ended = replace(
        sessions,
        listed=tuple(
            replace(session, ended_at=now) if session.is_open and session.id in wanted else session
            for session in sessions.listed
        ),
    )
    return ended if len(told_ends(ended, now)) <= MAX_ENDED_SESSIONS else end_all(ended, now)


def end_all(sessions: Sessions, now: datetime) -> Sessions:
    """Without any, those that nobody has listed too; a session opened later goes on."""
    newest = max(map(_opened, sessions.listed), default=now)
    return Sessions(
        listed=tuple(
            replace(session, ended_at=now) if session.is_open else session
            for session in sessions.listed
        ),
        since=max(now, newest + timedelta(milliseconds=1)),
    )


def told_ends(sessions: Sessions, now: datetime) -> Sequence[UUID]:
    """The sessions whose end others have to know one by one."""
    since = "" if sessions.since is None else beginning_at(int(sessions.since.timestamp() * 1000))
    return [
        session.id
        for session in sessions.listed
        if session.ended_at is not None
        and now - session.ended_at < TOLD_FOR
        and str(session.id) >= since
    ]


def _opened(session: Session) -> datetime:
    return session.opened_at
