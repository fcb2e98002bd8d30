"""Organisations at the bounds of their contract break no page of the directory."""

import pytest

from intercoop_contracts.directory import ORGANISATIONS
from intercoop_directory.main import SERVICE
from testkit.in_memory_network import StateEventConsumer
from testkit.reading_routes import Reading, arrivals, reading_routes

PLACES = [(0, 0), (90, 0), (-90, 180), (43.6, 1.44), (1e-9, -1e-9), (0.0000004, 180)]
WORDS = ["x", "xxxxxxxxx", "éé", "000000000", "rad", "☃ x"]


@pytest.fixture
async def known(home):
    """Organisations of another owner, at every bound; by id."""
    events = arrivals(ORGANISATIONS, "auvergne")
    consumer = StateEventConsumer(SERVICE, home.owner, home.db)
    await consumer.receive(events.values())
    return events


async def test_lists_and_searches_go_on_to_their_last_page(staff, known):
    reading = Reading(staff)
    listed = await reading.all("/organisations", limit=1)
    for word in WORDS:
        await reading.all("/organisations/search", q=word)
        await reading.one("/organisations/suggestions", q=word)
        await reading.one("/organisations/facets", q=word)
    await reading.all("/organisations/search", limit=1, q="rad")
    for filters in ({"owner": "auvergne"}, {"trade": "00.0"}, {"departement": "989"},
                    {"member_of": "0", "on": "1800-01-01"}, {"on": "2199-12-31"},
                    {"expertise": "x" * 80}):  # fmt: skip
        await reading.all("/organisations", **filters)
        await reading.one("/organisations/facets", **filters)
    await reading.one("/organisations/export")
    assert reading.broken == []
    assert {item["id"] for item in listed} == set(known)


async def test_each_is_read_by_itself(staff, known):
    reading = Reading(staff)
    await reading.each("/organisations/{}", known)
    assert reading.broken == []


async def test_whoever_is_near_is_found(staff, known):
    reading = Reading(staff)
    for lat, lon in PLACES:
        for radius in (0.001, 50, 20_000):
            await reading.one(
                "/organisations/nearest", lat=lat, lon=lon, radius_km=radius, limit=200
            )
    placed = [
        subject
        for subject, event in known.items()
        if event.after.commune and event.after.commune.lat is not None
        and event.after.commune.lon is not None
    ]  # fmt: skip
    for subject in placed:
        await reading.one("/organisations/nearest", organisation=subject, radius_km=20_000)
    assert placed
    assert reading.broken == []


def test_every_route_that_reads_is_known_here():
    """A new one is to be read above, after records at their bounds have arrived."""
    assert reading_routes("directory") == {
        "/communes",
        "/organisations",
        "/organisations/export",
        "/organisations/facets",
        "/organisations/nearest",
        "/organisations/search",
        "/organisations/suggestions",
        "/organisations/{organisation_id}",
        "/people",
        "/people/{person_id}",
        "/regions",  # shipped with the service, as trades are: no record is read
        "/trades",
    }
