"""Nobody's lists and calendars cost more because of how much another owner says."""

import asyncio

import httpx
import icalendar

from intercoop_chassis.postgres import PAGE_BYTES
from intercoop_contracts.events import MEETINGS
from intercoop_events.calendars import store as calendars
from intercoop_events.calendars.icalendar import MAX_DESCRIPTION, write
from intercoop_events.calendars.store import MOST_ENTRIES
from intercoop_events.meetings.store.known import MeetingFilter, list_meetings
from testkit.events_service import API, announced
from testkit.ids import new_id
from testkit.in_memory_network import state_event

COPIES = """
INSERT INTO network_meetings (owner, id, version, as_of, record, starts, ends)
SELECT owner, gen_random_uuid(), version, as_of, record, starts, ends
FROM network_meetings CROSS JOIN generate_series(1, $1)
"""


def anonymous(events):
    return httpx.AsyncClient(base_url=API, transport=httpx.ASGITransport(app=events.app))


async def large_meetings(home, count, description):
    """What an owner announces, however long it is."""
    for number in range(count):
        view = announced(home, title=f"Visite {number:03d}", description=description)
        await home.consumer.receive([state_event(MEETINGS, "limousin", new_id("limousin"), view)])


async def test_a_calendar_of_large_meetings_is_whole_and_each_is_cut(home, monkeypatch):
    await large_meetings(home, 60, "é, " * 50_000)
    threads = []
    in_a_thread = asyncio.to_thread

    async def to_thread(function, *arguments):
        threads.append(function)
        return await in_a_thread(function, *arguments)

    monkeypatch.setattr(asyncio, "to_thread", to_thread)
    async with anonymous(home) as anyone:
        answer = await anyone.get("/calendars/organisers/limousin.ics")

    events = icalendar.Calendar.from_ical(answer.content).walk("VEVENT")
    assert [str(event["SUMMARY"]) for event in events] == [f"Visite {n:03d}" for n in range(60)]
    assert {len(str(event["DESCRIPTION"])) for event in events} <= {MAX_DESCRIPTION, 599}
    assert len(answer.content) < 60 * 2_000
    assert threads == [write], "the event loop goes on meanwhile"
    async with home.db.read() as tx:
        entries = await calendars.of_organiser("limousin", home.clock(), tx)
        sql = "SELECT sum(pg_column_size(brief)) FROM known_meetings"
        assert await tx.fetchval(sql) < 60 * 2_000
    assert max(len(entry.description) for entry in entries) <= MAX_DESCRIPTION + 1


async def test_a_calendar_has_so_many_entries(home):
    await large_meetings(home, 3, "")
    async with home.db.transaction() as tx:
        await tx.execute(COPIES, MOST_ENTRIES)
    async with anonymous(home) as anyone:
        answer = await anyone.get("/calendars/organisers/limousin.ics")
    assert answer.text.count("BEGIN:VEVENT") == MOST_ENTRIES


async def test_a_calendar_that_is_as_it_was_is_written_once_and_sent_once(home, monkeypatch):
    await large_meetings(home, 2, "court")
    written = []
    monkeypatch.setattr(
        "intercoop_events.calendars.icalendar.write",
        lambda calendar: written.append(calendar) or write(calendar),
    )
    async with anonymous(home) as anyone:
        first = await anyone.get("/calendars/organisers/limousin.ics")
        again = await anyone.get("/calendars/organisers/limousin.ics")
        have = {"If-None-Match": first.headers["ETag"]}
        same = await anyone.get("/calendars/organisers/limousin.ics", headers=have)
        await large_meetings(home, 1, "autre")
        after = await anyone.get("/calendars/organisers/limousin.ics", headers=have)

    assert (first.content, len(written)) == (again.content, 2)
    assert (same.status_code, same.content) == (304, b"")
    assert (after.status_code, after.text.count("BEGIN:VEVENT")) == (200, 3)


async def test_pages_of_large_meetings_end_early_and_none_is_left_out(home, staff):
    await large_meetings(home, 120, "\U0001d11e" * 4000)
    pages, params = [], {"limit": 500}
    while True:
        answer = await staff.get("/meetings", params=params)
        assert len(answer.content) < 1.1 * PAGE_BYTES
        pages.append([one["title"] for one in answer.json()["items"]])
        if answer.json()["next"] is None:
            break
        params["cursor"] = answer.json()["next"]

    assert sorted(title for page in pages for title in page) == [
        f"Visite {number:03d}" for number in range(120)
    ]
    async with home.db.read() as tx:
        listed = await list_meetings(MeetingFilter(since=home.clock()), None, 501, tx)
    assert len(listed) == len(pages[0]) + 1 < 120
