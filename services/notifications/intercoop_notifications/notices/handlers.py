"""Gives people their notices: once for each change, in the transaction of the change."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from secrets import token_urlsafe
from typing import Final
from uuid import UUID

import structlog
from uuid_utils.compat import uuid7

from intercoop_chassis import jobs
from intercoop_chassis.clock import day_in_france
from intercoop_chassis.postgres import Transaction
from intercoop_contracts.advice import PeerAdviceView
from intercoop_contracts.directory import PersonView, Role
from intercoop_contracts.events import RegistrationView
from intercoop_contracts.streams import Ended
from intercoop_notifications.notices import projections
from intercoop_notifications.notices.domain.advice_news import news_of_advice, still_holds
from intercoop_notifications.notices.domain.excess import Allowed
from intercoop_notifications.notices.domain.mail_job import MAIL, MailJob, key_of
from intercoop_notifications.notices.domain.notice import AdviceFacts, News, Notice, Source
from intercoop_notifications.notices.domain.registration_news import news_of_registration
from intercoop_notifications.notices.store import notices, told_by, undelivered
from intercoop_notifications.notices.store.undelivered import Undelivered
from intercoop_notifications.preferences import store as preferences
from intercoop_notifications.settings import NotificationsSettings

AT_ONCE: Final = 200
"""News that is told in one transaction."""

log = structlog.get_logger()


async def hear_registration(
    source: Source,
    before: RegistrationView | Ended | None,
    after: RegistrationView | Ended,
    tx: Transaction,
    *,
    now: datetime,
) -> None:
    """Tell a person what became of their registration."""
    news = news_of_registration(UUID(source.subject), before, after)
    if news and isinstance(after, RegistrationView):
        await _tell(after.person_id, source, news, tx, now=now)


async def hear_advice(
    source: Source,
    before: PeerAdviceView | Ended | None,
    after: PeerAdviceView | Ended,
    tx: Transaction,
    *,
    now: datetime,
) -> None:
    """Tell the holders of the mandates that are named; when there are none, the news waits.

    Older news of the same request is not told any more, nor what is no longer so.
    """
    news = news_of_advice(before, after, now=now)
    if news or isinstance(after, Ended) or not await _still_holds(source, after, tx):
        await undelivered.pass_gate(tx)
        await undelivered.remove(source.stream, source.subject, tx)
    if news and isinstance(after, PeerAdviceView) and isinstance(news.facts, AdviceFacts):
        waiting = _waiting(source, news, news.facts, after.tell, now)
        if after.tell and not await _deliver(waiting, tx, now=now):
            await _let_wait(waiting, tx)


async def hear_person(
    person_id: UUID, after: PersonView | Ended, tx: Transaction, *, now: datetime
) -> None:
    """Tell what waited for the mandates that a person has now; forget whoever has left."""
    match after:
        case PersonView():
            if after.mandates:
                organisations = {mandate.organisation_id for mandate in after.mandates}
                await deliver_waiting(organisations, AT_ONCE, tx, now=now)
        case Ended():
            await notices.erase(person_id, tx)
            await told_by.erase(person_id, tx)
            await undelivered.erase(person_id, tx)


async def deliver_waiting(
    organisations: Collection[UUID] | None, at_most: int, tx: Transaction, *, now: datetime
) -> int:
    """Tell what waits and can be told now, of these organisations or of any; returns how much.

    It stays for those who are given such a mandate later.
    """
    await undelivered.pass_gate(tx)
    found = await undelivered.deliverable(organisations, now, at_most, tx)
    for waiting in found:
        before = await undelivered.were_told(waiting, tx)
        told = await _deliver(waiting, tx, now=now, but_not=before)
        await undelivered.note_told(waiting, told, tx)
    return len(found)


def _waiting(
    source: Source, news: News, facts: AdviceFacts, tell: tuple[Role, ...], now: datetime
) -> Undelivered:
    return Undelivered(
        uuid7(), source, news.kind, facts.organisation_id, tell, facts, now, news.deadline
    )


async def _still_holds(source: Source, after: PeerAdviceView | Ended, tx: Transaction) -> bool:
    """Whether what waits of this request, if anything, is still so."""
    waiting = await undelivered.get(source.stream, source.subject, tx)
    return waiting is None or (
        isinstance(after, PeerAdviceView) and still_holds(waiting.kind, waiting.facts, after)
    )


async def _deliver(
    waiting: Undelivered, tx: Transaction, *, now: datetime, but_not: Collection[UUID] = ()
) -> Collection[UUID]:
    """Tell everybody who holds one of the mandates today; returns who that is."""
    today = day_in_france(now)
    holders = await projections.holders(
        waiting.organisation_id, waiting.roles, today, tx, but_not=but_not
    )
    for person_id, roles in holders.items():
        news = News(waiting.kind, replace(waiting.facts, because=roles), waiting.deadline)
        await _tell(person_id, waiting.source, news, tx, now=now)
    return holders.keys()


async def _let_wait(waiting: Undelivered, tx: Transaction) -> None:
    """Keep news until somebody can be told; because of one other owner only so many."""
    owner = waiting.facts.caused_by
    settings = tx.settings_as(NotificationsSettings)
    at_most = None if owner in {None, tx.owner} else settings.limit_daily_notices
    if not await undelivered.keep(waiting, at_most, tx):
        log.warning("news_withheld", owner=owner, organisation=str(waiting.organisation_id))


async def _tell(
    person_id: UUID, source: Source, news: News, tx: Transaction, *, now: datetime
) -> None:
    """Give a person a notice, and have it mailed too if they want; once for each change.

    Locks are taken as by an erasure: first the preference, then the person's position. What one
    other owner has caused above its limits that day is counted, and not given.
    """
    preference = await preferences.ensure(person_id, news.kind.topic, token_urlsafe(32), tx)
    if await notices.is_told(person_id, source, tx):
        return
    allowed = await _allowed(person_id, news, tx, now=now, mail=preference.mail)
    if not allowed.notice:
        return
    position = await notices.give(person_id, tx)
    notice = Notice(source.notice_of(person_id), person_id, position, news.kind, news.facts, now)
    mail = preference.mail and allowed.mail
    await notices.insert(notice, source, "pending" if mail else "off", tx)
    if mail:
        last = news.facts.caused_by if allowed.is_last_mail else None
        await _enqueue_mail(notice, news.deadline, last, tx)


async def _allowed(
    person_id: UUID, news: News, tx: Transaction, *, now: datetime, mail: bool
) -> Allowed:
    """What may be given of a notice; what this owner causes itself has no limits."""
    owner = news.facts.caused_by
    if owner is None or owner == tx.owner:
        return Allowed()
    day = day_in_france(now)
    told = await told_by.count(person_id, owner, day, tx, mail=mail)
    return told.allowed(tx.settings_as(NotificationsSettings).daily_limits)


async def _enqueue_mail(
    notice: Notice, deadline: datetime, last_because_of: str | None, tx: Transaction
) -> None:
    """A mail that is late is sent, one after its deadline is not."""
    job = MailJob(notice.id, notice.person_id, notice.kind, last_because_of)
    await jobs.enqueue(tx, key_of(notice.id), MAIL, job.payload, deadline=deadline)
