"""Gives people their notices: once for each change, in the transaction of the change."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from secrets import token_urlsafe
from uuid import UUID

from uuid_utils.compat import uuid7

from intercoop_chassis import jobs
from intercoop_chassis.clock import PARIS
from intercoop_chassis.postgres import Transaction
from intercoop_contracts.advice import PeerAdviceView
from intercoop_contracts.directory import PersonView, Role
from intercoop_contracts.events import RegistrationView
from intercoop_contracts.streams import Ended
from intercoop_notifications.notices import projections
from intercoop_notifications.notices.domain.advice_news import news_of_advice
from intercoop_notifications.notices.domain.mail_job import MAIL, MailJob, key_of
from intercoop_notifications.notices.domain.notice import AdviceFacts, News, Notice, Source
from intercoop_notifications.notices.domain.registration_news import news_of_registration
from intercoop_notifications.notices.store import notices, undelivered
from intercoop_notifications.notices.store.undelivered import Undelivered
from intercoop_notifications.preferences import store as preferences


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

    Older news of the same request that still waits is not told any more.
    """
    news = news_of_advice(before, after, now=now)
    if news or isinstance(after, Ended):
        await undelivered.pass_gate(tx)
        await undelivered.remove(source.stream, source.subject, tx)
    if news and isinstance(after, PeerAdviceView) and isinstance(news.facts, AdviceFacts):
        waiting = _waiting(source, news, news.facts, after.tell, now)
        if after.tell and not await _deliver(waiting, tx, now=now):
            await undelivered.keep(waiting, tx)


async def hear_person(
    person_id: UUID, after: PersonView | Ended, tx: Transaction, *, now: datetime
) -> None:
    """Tell what waited for the mandates that a person has now; forget whoever has left."""
    match after:
        case PersonView():
            if after.mandates:
                organisations = {mandate.organisation_id for mandate in after.mandates}
                await deliver_waiting(organisations, tx, now=now)
        case Ended():
            await notices.erase(person_id, tx)


async def deliver_waiting(
    organisations: Collection[UUID], tx: Transaction, *, now: datetime
) -> None:
    """Tell what waits for the people of these organisations, where there are such people now."""
    await undelivered.pass_gate(tx)
    for waiting in await undelivered.for_organisations(organisations, tx):
        if waiting.deadline <= now or await _deliver(waiting, tx, now=now):
            await undelivered.remove(waiting.source.stream, waiting.source.subject, tx)


async def sweep(tx: Transaction, *, now: datetime) -> None:
    """Tell whoever has come into a mandate by its date; give up what waited too long."""
    await deliver_waiting(await undelivered.organisations(tx), tx, now=now)
    await undelivered.remove_late(now, tx)


def _waiting(
    source: Source, news: News, facts: AdviceFacts, tell: tuple[Role, ...], now: datetime
) -> Undelivered:
    return Undelivered(
        uuid7(), source, news.kind, facts.organisation_id, tell, facts, now, news.deadline
    )


async def _deliver(waiting: Undelivered, tx: Transaction, *, now: datetime) -> bool:
    """Tell everybody who holds one of the mandates today; False when nobody does."""
    today = now.astimezone(PARIS).date()
    holders = await projections.holders(waiting.organisation_id, waiting.roles, today, tx)
    for person_id, roles in holders.items():
        news = News(waiting.kind, replace(waiting.facts, because=roles), waiting.deadline)
        await _tell(person_id, waiting.source, news, tx, now=now)
    return bool(holders)


async def _tell(
    person_id: UUID, source: Source, news: News, tx: Transaction, *, now: datetime
) -> None:
    """Give a person a notice, and have it mailed too if they want; once for each change.

    Locks are taken as by an erasure: first the preference, then the person's position.
    """
    preference = await preferences.ensure(person_id, news.kind.topic, token_urlsafe(32), tx)
    position = await notices.give(person_id, source, tx)
    if position is None:
        return
    notice = Notice(source.notice_of(person_id), person_id, position, news.kind, news.facts, now)
    await notices.insert(notice, source, "pending" if preference.mail else "off", tx)
    if preference.mail:
        await _enqueue_mail(notice, news.deadline, tx)


async def _enqueue_mail(notice: Notice, deadline: datetime, tx: Transaction) -> None:
    """A mail that is late is sent, one after its deadline is not."""
    job = MailJob(notice.id, notice.person_id, notice.kind)
    await jobs.enqueue(tx, key_of(notice.id), MAIL, job.payload, deadline=deadline)
