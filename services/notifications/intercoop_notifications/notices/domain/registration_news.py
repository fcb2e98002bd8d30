"""What a person hears of a registration of theirs."""

from typing import Final
from uuid import UUID

from intercoop_contracts.events import RegistrationState, RegistrationView
from intercoop_contracts.streams import Ended
from intercoop_notifications.notices.domain.notice import MeetingFacts, News, NoticeKind, Schedule
from intercoop_notifications.texts import LONGEST, quotable

LIVE: Final = frozenset(
    {RegistrationState.ASKED, RegistrationState.SEATED, RegistrationState.WAITING}
)
_TOLD: Final = {
    RegistrationState.SEATED: NoticeKind.SEATED,
    RegistrationState.WAITING: NoticeKind.WAITING,
    RegistrationState.REFUSED: NoticeKind.REFUSED,
    RegistrationState.LAPSED: NoticeKind.LAPSED,
    RegistrationState.CANCELLED: NoticeKind.CANCELLED,
}
"""What the person did themselves, `asked` and `withdrawn`, they know."""


def news_of_registration(
    registration_id: UUID,
    before: RegistrationView | Ended | None,
    after: RegistrationView | Ended,
) -> News | None:
    """The one thing to tell after a change, by the states before and after; None for nothing.

    A new state is told with the date as it is now. A move is told while the registration is live.
    """
    if isinstance(after, Ended):
        return None
    known = before if isinstance(before, RegistrationView) else None
    kind = _kind(known, after)
    return _news(kind, registration_id, known, after) if kind else None


def _kind(before: RegistrationView | None, after: RegistrationView) -> NoticeKind | None:
    is_live = after.state in LIVE
    was_live = before is not None and before.state in LIVE
    if before is not None and not (was_live or is_live):
        return None
    if before is None or before.state != after.state:
        told = _TOLD.get(after.state)
        if told:
            return told
    return NoticeKind.MOVED if before and was_live and is_live and _moved(before, after) else None


def _moved(before: RegistrationView, after: RegistrationView) -> bool:
    revised = before.schedule_revision != after.schedule_revision
    return revised or _schedule(before) != _schedule(after)


def _news(
    kind: NoticeKind,
    registration_id: UUID,
    before: RegistrationView | None,
    after: RegistrationView,
) -> News:
    was_waiting = before is not None and before.state is RegistrationState.WAITING
    facts = MeetingFacts(
        registration_id=registration_id,
        meeting_id=after.meeting_id,
        organiser=after.organiser,
        title=quotable(after.title),
        schedule=_schedule(after),
        before=_schedule(before) if before and kind is NoticeKind.MOVED else None,
        promoted=was_waiting and kind is NoticeKind.SEATED,
        refused_because=after.refused_because if kind is NoticeKind.REFUSED else None,
        cancelled_because=_why(after) if kind is NoticeKind.CANCELLED else None,
    )
    # That nobody answered is known only when the meeting begins.
    return News(kind, facts, after.ends if kind is NoticeKind.LAPSED else after.starts)


def _why(view: RegistrationView) -> str | None:
    return quotable(view.cancelled_because or "", LONGEST) or None


def _schedule(view: RegistrationView) -> Schedule:
    return Schedule(view.starts, view.ends, quotable(view.place, LONGEST))
