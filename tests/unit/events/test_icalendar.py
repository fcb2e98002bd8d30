"""iCalendar, read back by a second library and by the book."""

import re
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
import vobject
from hypothesis import given, settings, strategies as st

from intercoop_contracts.bounds import LINES, VISIBLE
from intercoop_events.calendars.icalendar import Calendar, write
from intercoop_events.calendars.store import Entry

NOW = datetime(2027, 2, 4, 13, tzinfo=UTC)
LETTERS = st.sampled_from("\\\\\\nNrtbB;:,\"'%^=ab é🎉中e\u0301\u00a0\u200b\u00ad-")
TITLES = st.text(LETTERS | st.characters(codec="utf-8"), min_size=1, max_size=200).filter(
    re.compile(VISIBLE).fullmatch
)
TEXTS = st.text(
    LETTERS | st.sampled_from("\n\r") | st.characters(codec="utf-8"), max_size=500
).filter(re.compile(LINES).fullmatch)


def entry(**fields):
    usual = {
        "id": UUID(int=1),
        "owner": "ouest",
        "version": 1,
        "as_of": NOW,
        "title": "Visite",
        "description": "",
        "venue": None,
        "commune": "Toulouse",
        "position": None,
        "starts": NOW,
        "ends": NOW + timedelta(hours=2),
        "sequence": 0,
        "state": "scheduled",
        "registration": None,
    }
    return Entry(**{**usual, **fields})


def written(**fields):
    return write(Calendar("Rencontres", "test", [entry(**fields)]))


def by_the_book(content, name):
    """The TEXT of a property, by RFC 5545, 3.1 and 3.3.11 alone."""
    unfolded = content.replace(b"\r\n ", b"").decode()
    (value,) = re.findall(rf"^{name}:(.*)\r$", unfolded, re.MULTILINE)
    ends = {"n": "\n", "N": "\n"}
    return re.sub(r"\\(.)", lambda found: ends.get(found[1], found[1]), value)


def by_another_library(content, name):
    event = vobject.readOne(content.decode()).vevent
    return getattr(event, name.lower()).value


@pytest.mark.parametrize(
    "title",
    [
        r"D:\Nouveau",
        r"D:\nouveau",
        r"\N",
        r"\\n",
        "a\\",
        "a;b,c:d",
        "« bois » & métal, 🎉",
        '"quoted"; x=1',
        "é" * 200,
    ],
)
def test_a_title_is_read_as_it_was_written(title):
    content = written(title=title, venue=title, description=title)
    for name in ("SUMMARY", "DESCRIPTION"):
        assert by_the_book(content, name) == title
        assert by_another_library(content, name) == title
    assert by_the_book(content, "LOCATION") == f"{title}, Toulouse"


@settings(max_examples=1000)
@given(TITLES, TEXTS)
def test_texts_survive_the_round_trip_through_a_second_library(title, description):
    content = written(title=title, description=description)
    lines = description.replace("\r\n", "\n").replace("\r", "\n")
    for name, said in (("SUMMARY", title), ("DESCRIPTION", lines)):
        if said:
            assert by_the_book(content, name) == said
            assert by_another_library(content, name) == said


def test_a_line_end_of_any_kind_ends_a_line_and_begins_no_property():
    content = written(description="Ligne 1\rSTATUS:CANCELLED\r\nATTENDEE:x\nEND:VEVENT")
    assert by_the_book(content, "DESCRIPTION") == (
        "Ligne 1\nSTATUS:CANCELLED\nATTENDEE:x\nEND:VEVENT"
    )
    assert content.count(b"END:VEVENT") == 2  # one of them within the description
    assert [line for line in content.split(b"\r\n") if line.startswith(b"STATUS")] == [
        b"STATUS:CONFIRMED"
    ]
    assert b"\r" not in content.replace(b"\r\n", b"")


def test_what_is_written_otherwise_has_another_etag():
    usual = Calendar("Rencontres", "test", [entry()])
    others = [
        Calendar("Rencontres", "test", [entry(**{field: value})])
        for field, value in {
            "version": 2,
            "registration": "seated",
            "sequence": 1,
            "as_of": NOW + timedelta(seconds=1),
        }.items()
    ]
    assert len({usual.etag, *(other.etag for other in others)}) == 5
    assert usual.etag == Calendar("Rencontres", "test", [entry()]).etag
