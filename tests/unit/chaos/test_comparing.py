"""Whether a hostile owner slows others down: by medians, twice before it is said."""

import pytest

from chaos import comparing
from chaos.comparing import Comparison, compare

USUAL = {"directory": [0.2, 0.25, 0.3], "events": [0.1, 0.2, 9.0]}


class Probe:
    def __init__(self, *looks):
        self._looks = list(looks)

    async def look(self, _):
        return self._looks.pop(0)


class Hostile:
    def __init__(self):
        self.done = []

    async def begin(self, *, ordinary=False):
        self.done.append("begins, ordinary" if ordinary else "begins")

    async def end(self):
        self.done.append("ends")


@pytest.fixture(autouse=True)
def hurried(monkeypatch):
    monkeypatch.setattr(comparing, "SETTLING_S", 0)


def beside(**changed):
    return USUAL | changed


def test_less_than_twice_as_slow_is_not_slowed():
    comparison = Comparison(USUAL, USUAL, beside(events=[0.3, 0.39, 30.0]))
    assert comparison.slowed == ()
    assert comparison.ratio == pytest.approx(1.95)


def test_the_service_that_is_slowed_is_named():
    comparison = Comparison(USUAL, USUAL, beside(events=[0.7, 0.8, 0.9]))
    (words,) = comparison.slowed
    assert words.startswith("events: 0.80 s")
    assert comparison.figures["ratio"] == 4.0
    assert comparison.figures["usual_s"]["directory"]["p50"] == 0.25


def test_what_an_ordinary_owner_costs_is_said_and_is_no_fault():
    busy = beside(directory=[0.6], events=[0.5])
    comparison = Comparison(USUAL, busy, busy)
    assert comparison.slowed == ()
    assert "an ordinary one 0.60 s, nobody 0.25 s" in comparison.in_words
    assert comparison.figures["alone_s"]["events"]["p50"] == 0.2


def test_of_two_small_times_a_difference_is_noise():
    part = {"events": [0.02]}
    assert Comparison(part, part, {"events": [0.1]}).slowed == ()


def test_a_service_that_nobody_heard_of_is_found():
    assert Comparison(USUAL, USUAL, beside(events=[])).slowed


async def test_what_is_not_slowed_is_looked_at_once_and_the_hostile_owner_goes_on():
    hostile = Hostile()
    comparison = await compare(Probe(USUAL, USUAL, USUAL), hostile, lambda _: None)
    assert comparison.slowed == ()
    assert hostile.done == ["begins, ordinary", "ends", "begins"]


@pytest.mark.parametrize(("again", "slowed"), [([0.2], False), ([0.9], True)])
async def test_what_seems_slowed_is_looked_at_once_more_and_the_better_counts(again, slowed):
    hostile = Hostile()
    probe = Probe(
        *(USUAL, USUAL, beside(events=[1.0])),
        *(USUAL, USUAL, beside(events=again)),
    )
    comparison = await compare(probe, hostile, lambda _: None)
    assert bool(comparison.slowed) is slowed
    once = ["begins, ordinary", "ends", "begins"]
    assert hostile.done == [*once, "ends", *once]
