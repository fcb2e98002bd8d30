"""Days are days in France, and dates that no calendar has are the caller's fault."""

from base64 import urlsafe_b64encode
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest

from intercoop_chassis.clock import PARIS
from testkit.events_service import meeting_body

LONG = date(2027, 10, 31)  # 25 hours
SHORT = date(2027, 3, 28)  # 23 hours
USUAL = date(2027, 6, 15)


@pytest.fixture
async def on_its_edges(home, announce):
    """For each day two meetings on it, the first and the last minute, and one on each side."""
    home.clock.now = datetime(2027, 1, 1, tzinfo=UTC)
    for day in (LONG, SHORT, USUAL):
        midnight = datetime(day.year, day.month, day.day, tzinfo=PARIS)
        next_midnight = datetime.combine(day + timedelta(days=1), midnight.time(), PARIS)
        minute = timedelta(minutes=1)
        for title, starts in {
            "before": midnight.astimezone(UTC) - 30 * minute,
            "first": midnight.astimezone(UTC),
            "last": next_midnight.astimezone(UTC) - minute,
            "after": next_midnight.astimezone(UTC),
        }.items():
            ends = starts + minute / 2
            body = {"title": title, "starts": starts.isoformat(), "ends": ends.isoformat()}
            await announce(**body)


@pytest.mark.parametrize("day", [LONG, SHORT, USUAL])
async def test_a_day_is_a_day_in_france_when_the_clock_changes_too(staff, on_its_edges, day):
    answer = await staff.get("/meetings", params={"since": str(day), "until": str(day)})

    assert [meeting["title"] for meeting in answer.json()["items"]] == ["first", "last"]


@pytest.mark.parametrize("field", ["since", "until"])
@pytest.mark.parametrize(
    ("day", "answered"),
    [
        ("1800-01-01", 200),
        ("2199-12-31", 200),
        ("1799-12-31", 422),
        ("2200-01-01", 422),
        ("0001-01-01", 422),
        ("9999-12-31", 422),
        ("0000-01-01", 422),
        ("10000-01-01", 422),
        ("2027-02-29", 422),
        ("2027-10-31T00:00:00Z", 422),
        ("1700000000", 422),
        ("", 422),
    ],
)
async def test_a_day_has_the_bounds_of_contracts(staff, field, day, answered):
    answer = await staff.get("/meetings", params={field: day})

    assert answer.status_code == answered, answer.text
    if answered == 422:
        (wrong,) = answer.json()["errors"]
        assert wrong["field"] == field
        assert wrong["remedy"]


@pytest.mark.parametrize("field", ["starts", "ends"])
@pytest.mark.parametrize(
    "moment",
    [
        "0001-01-01T00:00:00Z",
        "0001-01-01T00:00:00+23:59",
        "9999-12-31T23:59:59Z",
        "9999-12-31T23:59:59-23:59",
        "1799-12-31T23:59:59Z",
        "2200-01-01T00:00:00Z",
        "2027-02-04T14:00:00",
        "2027-02-04",
        "2027-02-04T25:00:00Z",
        1_700_000_000,
    ],
)
async def test_a_moment_has_the_bounds_of_contracts_and_says_its_zone(home, staff, field, moment):
    answer = await staff.post("/meetings", json=meeting_body(home.clock(), **{field: moment}))

    assert answer.status_code == 422, answer.text
    assert field in [wrong["field"] for wrong in answer.json()["errors"]]


@pytest.mark.parametrize(
    "moment",
    [
        "0001-01-01T00:00:00Z",
        "0001-01-01T00:00:00+23:59",
        "9999-12-31T23:59:59-23:59",
        "2027-02-04T14:00:00",
        "2199-12-31T23:59:59.999999999Z",
    ],
)
async def test_a_made_up_position_at_the_end_of_time_is_none(staff, moment):
    made_up = urlsafe_b64encode(f'["{moment}", "ouest", "{uuid4()}"]'.encode()).decode()

    answer = await staff.get("/meetings", params={"cursor": made_up})

    assert answer.status_code in {200, 422}, answer.text
