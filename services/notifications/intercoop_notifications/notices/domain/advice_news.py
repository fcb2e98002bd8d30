"""What a co-operative's people hear of a request for advice."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from intercoop_contracts.advice import CounterpartView, PeerAdviceState, PeerAdviceView, Side
from intercoop_contracts.directory import PublicContact
from intercoop_contracts.streams import Ended
from intercoop_notifications.notices.domain.notice import AdviceFacts, Counterpart, News, NoticeKind
from intercoop_notifications.texts import one_line, quotable

WITHIN: Final = timedelta(days=14)
"""How long after it happened it is worth a mail."""

_TOLD_HELPERS: Final = {
    PeerAdviceState.INVITED: NoticeKind.INVITED,
    PeerAdviceState.INTRODUCED: NoticeKind.INTRODUCED,
    PeerAdviceState.NOT_TAKEN: NoticeKind.NOT_TAKEN,
    PeerAdviceState.CLOSED: NoticeKind.CLOSED,
}
_STILL_OPEN: Final = frozenset(
    {PeerAdviceState.INVITED, PeerAdviceState.OFFERED, PeerAdviceState.INTRODUCED}
)
_TOLD_ASKERS: Final = {
    NoticeKind.OFFERED: PeerAdviceState.OFFERED,
    NoticeKind.INTRODUCED: PeerAdviceState.INTRODUCED,
    NoticeKind.WITHDRAWN: PeerAdviceState.WITHDRAWN,
}
_OFFERS: Final = frozenset({PeerAdviceState.OFFERED, PeerAdviceState.INTRODUCED})


def news_of_advice(
    before: PeerAdviceView | Ended | None, after: PeerAdviceView | Ended, *, now: datetime
) -> News | None:
    """The one thing to tell after a change, by the states before and after; None for nothing."""
    if isinstance(after, Ended):
        return None
    known = before if isinstance(before, PeerAdviceView) else None
    match after.side:
        case Side.HELPER:
            return _news_of_helper(known, after, now)
        case Side.ASKER:
            return _news_of_asker(known, after, now)


def still_holds(kind: NoticeKind, facts: AdviceFacts, now_is: PeerAdviceView) -> bool:
    """Whether news that waits for somebody tells how it is now."""
    match now_is.side:
        case Side.HELPER:
            return _TOLD_HELPERS.get(now_is.state) is kind
        case Side.ASKER:
            told_of = {other.organisation_id for other in facts.about}
            return now_is.state is not PeerAdviceState.CLOSED and any(
                other.state is _TOLD_ASKERS.get(kind)
                for other in now_is.counterparts
                if other.organisation_id in told_of
            )


def _news_of_helper(
    before: PeerAdviceView | None, after: PeerAdviceView, now: datetime
) -> News | None:
    """A co-operative knows what it did itself: `offered`, `withdrawn`."""
    if before is not None and before.state is after.state:
        return None
    kind = _TOLD_HELPERS.get(after.state)
    is_end = kind is NoticeKind.CLOSED
    if kind is None or (is_end and (before is None or before.state not in _STILL_OPEN)):
        return None  # a helper whose part was over, or who was never told, need not hear of the end
    return News(kind, _facts(after, after.counterparts), now + WITHIN)


def _news_of_asker(
    before: PeerAdviceView | None, after: PeerAdviceView, now: datetime
) -> News | None:
    """New offers and introductions, and what was taken back; all may come in one change."""
    introduced = _newly(PeerAdviceState.INTRODUCED, before, after)
    offered = _newly(PeerAdviceState.OFFERED, before, after)
    withdrawn = _withdrawn(before, after)
    if after.state is PeerAdviceState.CLOSED:
        offered = withdrawn = []
    if introduced:
        facts = _facts(after, introduced, offers=offered, withdrawals=withdrawn)
        return News(NoticeKind.INTRODUCED, facts, now + WITHIN)
    if offered:
        return News(NoticeKind.OFFERED, _facts(after, offered, withdrawals=withdrawn), now + WITHIN)
    if withdrawn:
        return News(NoticeKind.WITHDRAWN, _facts(after, withdrawn), now + WITHIN)
    return None


def _newly(
    state: PeerAdviceState, before: PeerAdviceView | None, after: PeerAdviceView
) -> list[CounterpartView]:
    """Those of the other side that are in this state now and were not before."""
    were = (
        {other.organisation_id for other in before.counterparts if other.state is state}
        if before
        else set()
    )
    return [
        other
        for other in after.counterparts
        if other.state is state and other.organisation_id not in were
    ]


def _withdrawn(before: PeerAdviceView | None, after: PeerAdviceView) -> list[CounterpartView]:
    """Those whose offer the asker has heard of, be it accepted, and that is taken back."""
    heard_of = (
        {other.organisation_id for other in before.counterparts if other.state in _OFFERS}
        if before
        else set()
    )
    return [
        other
        for other in after.counterparts
        if other.state is PeerAdviceState.WITHDRAWN and other.organisation_id in heard_of
    ]


def _facts(
    view: PeerAdviceView,
    about: Iterable[CounterpartView],
    *,
    offers: Iterable[CounterpartView] = (),
    withdrawals: Iterable[CounterpartView] = (),
) -> AdviceFacts:
    return AdviceFacts(
        request_id=view.request_id,
        organisation_id=view.organisation_id,
        side=view.side,
        title=quotable(view.title),
        about=tuple(map(_counterpart, about)),
        offers=tuple(map(_counterpart, offers)),
        withdrawals=tuple(map(_counterpart, withdrawals)),
        organisation_name=quotable(view.organisation_name) if view.organisation_name else None,
    )


def _counterpart(view: CounterpartView) -> Counterpart:
    contact = view.contact or PublicContact()
    return Counterpart(
        view.organisation_id,
        quotable(view.name),
        _line(contact.email),
        _line(contact.phone),
        _line(contact.website),
        view.owner,
    )


def _line(text: str | None) -> str | None:
    return one_line(text) if text else None
