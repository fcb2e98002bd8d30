"""Sends notices by mail: composed when they leave, by the address and preference of then."""

from typing import Final
from uuid import UUID

from intercoop_chassis import jobs, mail
from intercoop_chassis.errors import ConflictError, NotFoundError
from intercoop_chassis.jobs import Entry, Job, NotNowError, Outcome, RejectedError, State
from intercoop_chassis.postgres import Transaction
from intercoop_chassis.replica import look_up
from intercoop_chassis.settings import Settings
from intercoop_contracts.directory import PEOPLE, PersonView
from intercoop_notifications.mails.domain import Mail, Why
from intercoop_notifications.mails.templates import letter
from intercoop_notifications.notices.domain.mail_job import MailJob, key_of
from intercoop_notifications.notices.store import notices
from intercoop_notifications.notices.templates import worded
from intercoop_notifications.people import address_of
from intercoop_notifications.preferences import store as preferences
from intercoop_notifications.preferences.domain import one_click, stop_page

NEEDS: Final = (*mail.NEEDS, "public_url")


def hindrance(settings: Settings) -> str | None:
    """What no mail can leave without."""
    return jobs.missing(NEEDS, settings)


async def compose(job: MailJob, public_url: str, tx: Transaction) -> Mail:
    """The mail as it is to leave now; `public_url` is where people reach the instance.

    Raises `NotNowError` while the person or their address is not known, and `RejectedError` when
    nobody wants it any more.
    """
    notice = await notices.get(job.notice_id, tx)
    if notice is None:
        raise RejectedError(Why.GONE)
    topic = notice.kind.topic
    preference = await preferences.get(notice.person_id, topic, tx)
    if preference is None or not preference.mail:
        raise RejectedError(Why.TURNED_OFF)
    person = await _person(notice.person_id, tx)
    address = address_of(person)
    if address is None:
        raise NotNowError(Why.NO_ADDRESS)
    stop = stop_page(public_url, preference.token)
    wording = worded(notice.kind, notice.facts, person.language)
    parts = letter(wording, topic, stop, person.language, job.last_because_of)
    return Mail(
        notice_id=notice.id,
        topic=topic,
        to=address,
        language=person.language,
        subject=wording.title,
        text=parts.text,
        html=parts.html,
        one_click=one_click(public_url, preference.token),
    )


async def note_end(job: Job, outcome: Outcome, tx: Transaction) -> None:
    await notices.note_mail(MailJob.read(job.payload).notice_id, outcome, tx)


async def wake(person_id: UUID, tx: Transaction) -> None:
    """Try the mails that wait for the person's address: it may be known only now."""
    waiting = await notices.unmailed(person_id, tx)
    if waiting:
        await jobs.wake(tx, [key_of(notice_id) for notice_id in waiting])


async def retry(notice_id: UUID, tx: Transaction) -> Entry:
    """Try a mail again now. Raises `NotFoundError`, and `ConflictError` for one that has ended."""
    key = key_of(notice_id)
    if await jobs.retry(tx, key):
        await notices.note_mail(notice_id, State.PENDING, tx)
    elif await jobs.get_entry(key, tx):
        raise ConflictError("It has been sent, or its deadline has passed: there is nothing to try")
    entry = await jobs.get_entry(key, tx)
    if entry is None:
        raise NotFoundError("No mail has this id: list them to find the right one")
    return entry


async def _person(person_id: UUID, tx: Transaction) -> PersonView:
    known = await look_up(PEOPLE, person_id, tx)
    if known is None:
        raise NotNowError(Why.NOT_KNOWN)
    if not isinstance(known.view, PersonView):
        raise RejectedError(Why.LEFT)
    return known.view
