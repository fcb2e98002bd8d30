"""Ids of entities: in the order of their making, and telling whose they are."""

from dataclasses import dataclass
from typing import Annotated
from uuid import UUID, uuid4

import pytest
from hypothesis import given, strategies as st
from uuid_utils.compat import uuid7

from intercoop_contracts import ids
from intercoop_contracts.attribution import ANYBODYS, OWN, AnyId, IssuedBy, OwnId
from intercoop_contracts.ids import (
    Ids,
    is_subject_of,
    owner_tag,
    with_the_same_tag,
)
from intercoop_contracts.streams import Audience, End, Ended, Stream, StreamDefinitionError, View

TWINS = ("union-25109", "union-140190")
"""Slugs with one tag, found by trying."""


@dataclass
class ClockMs:
    """A clock that is set by hand, in milliseconds since 1970."""

    now: int = 1_800_000_000_000

    def __call__(self) -> int:
        return self.now


@given(st.lists(st.integers(min_value=-5000, max_value=5000), max_size=60))
def test_ids_of_one_maker_rise_whatever_its_clock_does(steps):
    clock = ClockMs()
    maker = Ids("ouest", clock_ms=clock)
    made = []
    for step in steps:
        clock.now += step
        made.append(maker.new())
    assert made == sorted(set(made))


def test_an_id_is_a_uuid_of_version_8_with_the_time_and_the_owners_tag():
    clock = ClockMs()
    made = Ids("ouest", clock_ms=clock).new()
    assert (made.version, made.variant) == (8, uuid4().variant)
    assert made.int >> 80 == clock.now
    assert str(made)[-8:] == f"{owner_tag('ouest'):08x}"


def test_many_ids_in_one_millisecond_are_different_and_rise():
    clock = ClockMs()
    maker = Ids("ouest", clock_ms=clock)
    made = [maker.new() for _ in range(20_000)]
    assert made == sorted(set(made))
    assert {each.int >> 80 for each in made} == {clock.now}


def test_a_counter_that_is_at_its_end_borrows_the_next_millisecond(monkeypatch):
    monkeypatch.setattr(ids, "_STEP", 1 << 41)
    maker = Ids("ouest", clock_ms=ClockMs())
    made = [maker.new() for _ in range(50)]
    assert made == sorted(set(made))
    assert {str(each)[-8:] for each in made} == {f"{owner_tag('ouest'):08x}"}


def test_an_id_is_its_owners_and_nobody_elses():
    made = Ids("ouest").new()
    assert is_subject_of(str(made), "ouest")
    assert not is_subject_of(str(made), "ouest-2")


@pytest.mark.parametrize(
    "written", [str.upper, lambda text: text.replace("-", ""), "{{{}}}".format]
)
def test_an_id_that_is_written_otherwise_is_another_subject(written):
    assert not is_subject_of(written(str(Ids("ouest").new())), "ouest")


def test_a_uuid_of_another_version_is_nobodys():
    tagged = UUID(int=uuid7().int >> 32 << 32 | owner_tag("ouest"))
    assert not is_subject_of(str(tagged), "ouest")


def test_who_takes_over_from_another_may_use_its_tag(monkeypatch):
    made = Ids("auvergne").new()
    assert not is_subject_of(str(made), "aura")
    monkeypatch.setattr(ids, "SUCCESSIONS", {"aura": ("auvergne",)})
    assert is_subject_of(str(made), "aura")
    assert is_subject_of(str(Ids("aura").new()), "aura")
    assert not is_subject_of(str(Ids("aura").new()), "auvergne")


def test_owners_whose_tags_are_the_same_are_found():
    assert with_the_same_tag(["ouest", TWINS[1], "limousin", TWINS[0], "ouest"]) == [
        (TWINS[1], TWINS[0])
    ]


class GuestView(View):
    id: OwnId
    home: str
    at_home: Annotated[UUID, IssuedBy("home")]
    friend: AnyId | None = None


class PartyView(View):
    host: str = "ouest"
    guests: tuple[GuestView, ...] = ()
    first: GuestView | None = None


def stream(view=PartyView, key=OWN):
    return Stream("parties", Audience.SHARED, view, ("party-given",), publisher="events", key=key)


def guest(owner="limousin", home="auvergne", at_home="auvergne"):
    return GuestView(
        id=Ids(owner).new(), home=home, at_home=Ids(at_home).new(), friend=Ids("paris").new()
    )


@pytest.mark.parametrize(
    ("view", "foreign"),
    [
        (PartyView(guests=(guest(), guest())), None),
        (PartyView(guests=(guest(), guest(owner="ouest"))), "guests.1.id"),
        (PartyView(guests=(guest(at_home="ouest"),)), "guests.0.at_home"),
        (PartyView(first=guest(home="paris")), "first.at_home"),
    ],
)
def test_each_id_of_a_view_has_the_tag_that_the_view_declares(view, foreign):
    subject = str(Ids("limousin").new())
    assert stream().foreign_id("limousin", subject, view) == foreign


def test_a_subject_is_the_publishers_or_that_of_the_owner_whom_the_view_names():
    ours, theirs = str(Ids("limousin").new()), str(Ids("ouest").new())
    ended = Ended(ended=End(reason="gone"))
    assert stream().foreign_id("limousin", theirs, PartyView()) == "subject"
    assert stream().foreign_id("limousin", theirs, ended) == "subject"
    named = stream(key=IssuedBy("host"))
    assert named.foreign_id("limousin", theirs, PartyView()) is None
    assert named.foreign_id("limousin", ours, PartyView()) == "subject"
    assert (named.needs_a_beginning, stream().needs_a_beginning) == (True, False)


class UndeclaredView(View):
    guests: tuple[UUID, ...] = ()


class NowhereView(View):
    guest: Annotated[UUID, IssuedBy("home")]


@pytest.mark.parametrize(
    ("view", "key", "said"),
    [
        (UndeclaredView, OWN, "guests is an id: say whose"),
        (NowhereView, OWN, "guest is issued by home, which is no field"),
        (PartyView, IssuedBy("guest_of"), "key is issued by guest_of, which is no field"),
    ],
)
def test_a_stream_that_does_not_say_whose_its_ids_are_cannot_be_defined(view, key, said):
    with pytest.raises(StreamDefinitionError, match=said):
        stream(view, key)


def test_a_composed_subject_is_taken_as_it_comes():
    assert stream(key=ANYBODYS).foreign_id("limousin", "a/b", PartyView()) is None
