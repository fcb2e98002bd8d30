"""Notices are purged after the time that the settings say, in batches that each end."""

from datetime import UTC, datetime, timedelta

import pytest

from intercoop_chassis.jobs import Job
from intercoop_notifications.main import SERVICE
from intercoop_notifications.notices.jobs import purge_old
from testkit.notifications_service import NotificationsService

OLDER = "UPDATE notices SET created_at = created_at - make_interval(days => $1), mail = $2"
NOW = Job("old-notices", "old-notices", {}, datetime.now(UTC), 1)


@pytest.fixture
async def kept_for_90_days(platform, issuer):
    service = NotificationsService(await platform.database(SERVICE), issuer, notices_kept_days=90)
    await service.open()
    yield service
    await service.close()


async def purged(service, at_once=1000):
    """What each transaction of the daily timer has purged."""
    found = []
    while not found or found[-1] == at_once:
        found.append(await service.db.command(lambda tx: purge_old(NOW, at_once, tx)))
    return found


async def registered(service, count=1):
    person = await service.person()
    for _ in range(count):
        await service.registers(person)
    return person


async def test_an_old_notice_is_purged_and_a_younger_one_stays(kept_for_90_days):
    service = kept_for_90_days
    person = await registered(service)
    await service.execute(OLDER, 89, "done")
    assert await purged(service) == [0]
    await service.registers(person)
    await service.execute(OLDER, 2, "done")
    assert len(await service.notices(person)) == 2
    assert await purged(service) == [1]
    assert len(await service.notices(person)) == 1


async def test_a_year_is_what_is_kept_where_nobody_says_else(service):
    person = await registered(service)
    await service.execute(OLDER, 364, "done")
    assert await purged(service) == [0]
    await service.execute(OLDER, 2, "done")
    assert await purged(service) == [1]
    assert await service.notices(person) == []


async def test_many_are_purged_in_batches_that_each_end(service):
    person = await registered(service, 25)
    await service.execute(OLDER, 400, "off")
    assert await purged(service, at_once=10) == [10, 10, 5]
    assert await service.notices(person) == []


async def test_one_whose_mail_may_still_leave_stays(service):
    """The meeting is far ahead, and the person's address came late."""
    person = await registered(service)
    await service.execute(OLDER, 400, "pending")
    assert await purged(service) == [0]
    await service.execute("UPDATE notices SET mail = 'done'")
    assert await purged(service) == [1]
    assert await service.notices(person) == []


async def test_who_listens_again_after_a_purge_misses_nothing(service):
    """The notice that a program heard last is gone: it begins behind all there were."""
    person = await registered(service)
    (heard,) = await service.notices(person)
    await service.execute(OLDER, 400, "done")
    await purged(service)
    code = await service.registers(person)
    (new,) = await service.notices(person)
    assert new["id"] != heard["id"]
    assert new["link"]["registration_id"] == str(code)
    rows = await service.fetch("SELECT place FROM notices")
    assert [row["place"] for row in rows] == [2], "positions go on"


async def test_the_timer_that_purges_is_one_of_the_services(service):
    timer = SERVICE.jobs.timers["old-notices"]
    assert timer.interval == timedelta(days=1)
