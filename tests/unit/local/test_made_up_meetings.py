"""Sample meetings: Thursdays to come, whatever day the network is started again."""

from datetime import UTC, datetime, timedelta

from intercoop_chassis.clock import day_in_france
from intercoop_local.made_up.meetings import sample_meetings
from intercoop_local.network import read_network

NETWORK = read_network()
OWNER = NETWORK.owner("auvergne")
NOW = datetime(2026, 3, 3, 8, tzinfo=UTC)


def days(now, *, but=()):
    return [day_in_france(one.starts) for one in sample_meetings(OWNER, now, but=but)]


def test_they_are_on_thursdays_from_next_week_on():
    found = days(NOW)
    assert len(found) == len(set(found)) == 7
    assert all(day.weekday() == 3 for day in found)
    assert found[0] == datetime(2026, 3, 12, tzinfo=UTC).date()


def test_a_later_start_adds_the_weeks_that_are_missing_and_no_other():
    known = days(NOW)
    later = NOW + timedelta(weeks=3)
    added = days(later, but=known)
    assert len(added) == 3
    assert not set(added) & set(known)
    assert days(later, but=[*known, *added]) == []


def test_nobody_meets_between_christmas_and_the_new_year():
    found = days(datetime(2026, 12, 1, tzinfo=UTC))
    assert [day.isoformat() for day in found][:3] == ["2026-12-10", "2026-12-17", "2027-01-07"]


def test_an_owner_without_a_territory_meets_once():
    owner = NETWORK.owner("cgscop")
    (only,) = sample_meetings(owner, NOW)
    assert list(sample_meetings(owner, NOW, but=[day_in_france(only.starts)])) == []
