"""Notices of what others have said at the bounds of its contract are read, and leave by mail."""

from uuid import UUID

import pytest

from intercoop_chassis.mail import Sender
from intercoop_contracts.advice import PEER_ADVICE, PeerAdviceState, Side
from intercoop_contracts.directory import PEOPLE
from intercoop_contracts.events import REGISTRATIONS, RegistrationState
from intercoop_notifications.mails.gateways import message_of
from intercoop_notifications.mails.handlers import compose
from intercoop_notifications.main import SERVICE
from intercoop_notifications.notices.domain.mail_job import MailJob
from intercoop_notifications.notices.domain.notice import NoticeKind
from testkit.extremes import Extreme, at_the_bounds
from testkit.ids import new_id
from testkit.notifications_service import OWNER, NotificationsService, mandate
from testkit.reading_routes import Reading, arrivals, reading_routes

URL = "https://intercoop.example"
SENDER = Sender("intercoop@example.org", OWNER, "test")


@pytest.fixture
async def notifications(platform, issuer):
    dsn = await platform.database(SERVICE)
    service = NotificationsService(dsn, issuer, limit_daily_notices=5000, limit_daily_mails=5000)
    await service.open()
    yield service
    await service.close()


def later(event, **changes):
    """The next state of an entity."""
    envelope = event.envelope._replace(sequence=event.envelope.sequence + 1)
    after = event.after.model_copy(update=changes)
    return event._replace(envelope=envelope, after=after, text=after.model_dump_json())


async def every_notice_is_read_and_mailed(notifications, person):
    async with notifications.client(person) as me:
        reading = Reading(me)
        notices = await reading.all("/notices", limit=1)
        await reading.one("/notices/count")
    assert reading.broken == []
    async with notifications.db.read() as tx:
        for notice in notices:
            job = MailJob(UUID(notice["id"]), person, NoticeKind(notice["kind"]))
            mail = await compose(job, URL, tx)
            assert message_of(mail, SENDER, notifications.context.clock()).as_bytes()
    return notices


@pytest.mark.parametrize("language", ["fr", "en"])
async def test_a_registration_is_told_whatever_is_said_of_its_meeting(notifications, language):
    person = await notifications.person(language=language)
    views = [
        Extreme(where, view | {"person_id": str(person)})
        for where, view in at_the_bounds(REGISTRATIONS, OWNER)
    ]
    registrations = arrivals(REGISTRATIONS, OWNER, views)
    await notifications.consumer.receive(registrations.values(), alone=True)
    seated = [later(event, state=RegistrationState.SEATED) for event in registrations.values()]
    await notifications.consumer.receive(seated, alone=True)
    notices = await every_notice_is_read_and_mailed(notifications, person)
    assert len(notices) >= len(registrations) - 1


def invited(**fields):
    """Peer advice at every bound, of which a helper's people are to hear."""
    usual = {"side": "helper", "state": "invited", "tell": ["manager"], **fields}
    for where, view in at_the_bounds(PEER_ADVICE, OWNER):
        yield Extreme(where, view | {name: usual[name] for name in usual if where[:4] != name[:4]})


async def test_peer_advice_is_told_whatever_is_said_in_it(notifications):
    organisation = new_id(OWNER)
    person = await notifications.person(mandates=(mandate(organisation),))
    advice = arrivals(PEER_ADVICE, OWNER, invited(organisation_id=str(organisation)))
    await notifications.consumer.receive(advice.values(), alone=True)
    introduced = [
        later(event, side=Side.HELPER, state=PeerAdviceState.INTRODUCED)
        for event in advice.values()
    ]
    await notifications.consumer.receive(introduced, alone=True)
    notices = await every_notice_is_read_and_mailed(notifications, person)
    assert len(notices) > len(advice)


async def test_news_without_a_holder_waits_and_is_listed(notifications):
    advice = arrivals(PEER_ADVICE, OWNER, invited())
    await notifications.consumer.receive(advice.values(), alone=True)
    async with notifications.client(roles=["staff"]) as staff:
        reading = Reading(staff)
        waiting = await reading.all("/undelivered", limit=1)
        await reading.all("/mails", limit=1)
    assert reading.broken == []
    assert len(waiting) > len(advice) / 2


async def test_people_at_their_bounds_are_told_and_forgotten(notifications):
    people = arrivals(PEOPLE, OWNER)
    await notifications.consumer.receive(people.values(), alone=True)
    for subject in people:
        async with notifications.client(subject) as me:
            reading = Reading(me)
            await reading.one("/preferences")
            await reading.all("/notices")
        assert reading.broken == []


def test_every_route_that_reads_is_known_here():
    """A new one is to be read above, after records at their bounds have arrived."""
    assert reading_routes("notifications") == {
        "/mails",
        "/notices",
        "/notices/count",
        "/notices/live",
        "/preferences",
        "/stop/{token}",
        "/undelivered",
    }
