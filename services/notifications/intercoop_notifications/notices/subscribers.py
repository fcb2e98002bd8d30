"""Streams in: people, their registrations, and the help their co-operatives ask for and offer."""

from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from intercoop_chassis.postgres import Transaction
from intercoop_chassis.subscribers import AnyChange, Change, Subscribers
from intercoop_contracts.advice import PEER_ADVICE, PeerAdviceView
from intercoop_contracts.directory import PEOPLE, PersonView
from intercoop_contracts.events import REGISTRATIONS, RegistrationView
from intercoop_notifications.notices import handlers, projections
from intercoop_notifications.notices.domain.notice import Source

SUBSCRIBERS: Final = Subscribers()
SUBSCRIBERS.project(PEOPLE, forget=projections.forget)(projections.remember)


@SUBSCRIBERS.each(PEOPLE)
async def person_changed(change: Change[PersonView], tx: Transaction) -> None:
    """History too: news may have waited for this person's mandates."""
    now = datetime.now(UTC)
    await handlers.hear_person(UUID(change.subject), change.after, tx, now=now)


@SUBSCRIBERS.each(REGISTRATIONS, locks=lambda view: view.person_id)
async def registration_changed(change: Change[RegistrationView], tx: Transaction) -> None:
    if change.is_news:
        now = datetime.now(UTC)
        await handlers.hear_registration(_source(change), change.before, change.after, tx, now=now)


@SUBSCRIBERS.each(PEER_ADVICE, locks=lambda view: view.organisation_id)
async def advice_changed(change: Change[PeerAdviceView], tx: Transaction) -> None:
    if change.is_news:
        now = datetime.now(UTC)
        await handlers.hear_advice(_source(change), change.before, change.after, tx, now=now)


def _source(change: AnyChange) -> Source:
    return Source(change.stream.id, change.subject, change.version)
