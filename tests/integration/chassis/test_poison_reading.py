"""Reading is total: whatever a record holds, it is refused, kept or read, and never skipped."""

from collections import Counter
from dataclasses import dataclass, replace

import pytest
from cryptography.fernet import Fernet
from hypothesis import HealthCheck, given, settings, strategies as st

from intercoop_chassis.consumer.folding import fold
from intercoop_chassis.wire.reading import Reader
from intercoop_chassis.wire.sealing import Keyring
from intercoop_contracts.streams import Ended
from testkit.brokerless_consumer import record
from testkit.poison import KINDS, Fate, PoisonTarget, good, poison
from testkit.poison.kinds import NAME
from testkit.things.service import things_service
from testkit.things.streams import SECRETS, THINGS

KEYRING = Keyring([Fernet.generate_key().decode()])
TARGET = PoisonTarget("test", "maker", "follower", KEYRING)

unhurried = settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


@dataclass(frozen=True)
class Outcome:
    """What one poll comes to."""

    received: int
    refused: list
    poison: list
    events: list


def read(*raws):
    """What one poll of these records comes to."""
    reader = Reader(things_service().subscribers.streams, "test", KEYRING)
    admission = reader.admit(record(raw, offset) for offset, raw in enumerate(raws))
    folded = fold(admission, reader)
    received = len(admission.admitted) + len(admission.refused)
    return Outcome(received, admission.refused, folded.poison, folded.events)


def fate(poll):
    """What became of the only record of a poll."""
    [found] = [
        *((Fate.REFUSED, one.reason) for one in poll.refused),
        *((Fate.PARKED, "") for _ in poll.poison),
        *((Fate.READ, "") for _ in poll.events),
    ]
    return found


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_each_kind_meets_its_fate(kind):
    expected = {
        Fate.REFUSED: (Fate.REFUSED, kind.reason),
        Fate.PARKED: (Fate.PARKED, ""),
        Fate.FAILS: (Fate.READ, ""),
        Fate.READ: (Fate.READ, ""),
    }[kind.fate]
    if kind.name == "implausible version":  # only the database knows what was seen
        expected = (Fate.READ, "")

    @unhurried
    @given(kind.records(TARGET))
    def meets(raw):
        poll = read(raw)
        assert fate(poll) == expected
        for one in poll.poison:
            assert one.obstacle.kind in kind.obstacles
            assert one.obstacle.reason.isprintable()

    meets()


@settings(unhurried, max_examples=300)
@given(st.lists(poison(TARGET), max_size=20))
def test_of_many_records_none_is_skipped(mix):
    poll = read(*(raw for _, raw in mix))
    expected = Counter(kind.fate for kind, _ in mix)
    assert poll.received == len(mix)
    assert len(poll.refused) + len(poll.poison) + len(poll.events) == len(mix)
    late = sum(kind.name == "implausible version" for kind, _ in mix)
    assert len(poll.refused) == expected[Fate.REFUSED] - late
    assert len(poll.poison) == expected[Fate.PARKED]


HEADER_NAMES = st.sampled_from([name for name, _ in good(TARGET).headers]) | st.text(max_size=20)
ANY_HEADERS = st.lists(st.tuples(HEADER_NAMES, st.none() | st.binary(max_size=50)), max_size=12)
ANY_VALUE = st.none() | st.binary(max_size=300) | st.text().map(lambda text: text.encode())


@st.composite
def anything(draw):
    """A good record with anything at all in place of some of its parts."""
    raw = good(TARGET, draw(st.sampled_from([THINGS, SECRETS])))
    if draw(st.booleans()):
        raw = replace(raw, key=draw(st.none() | st.binary(max_size=30)))
    if draw(st.booleans()):
        raw = replace(raw, value=draw(ANY_VALUE))
    if draw(st.booleans()):
        raw = replace(raw, headers=[*raw.headers, *draw(ANY_HEADERS)])
    elif draw(st.booleans()):
        raw = replace(raw, headers=draw(ANY_HEADERS))
    return raw


@settings(unhurried, max_examples=2000)
@given(st.lists(anything(), max_size=4))
def test_reading_never_raises(raws):
    poll = read(*raws)
    assert poll.received == len(raws)
    assert len(poll.refused) + len(poll.poison) + len(poll.events) == len(raws)


FORGED = (
    "shared.evil.shared.maker.things.v1", "shared.maker.things.v1.extra", "x.shared.maker.things.v1",
    "shared.maker.things.v01", "shared.maker.things.v1 ", "shared.maker.things.v\u0661",
    "Shared.maker.things.v1", "shared.MAKER.things.v1", "shared.maker.Things.v1",
    "shared..things.v1", "shared.maker-.things.v1", "shared.-maker.things.v1", "shared.maker.things",
    "shared.maker.things.v2", "private.maker.things.v1", "shared.maker.secrets.v1", "things",
    "shared.maker.things.v1\n", "shared.maker.things.v" + "1" * 5000, "shared.maker.*.v1", "",
)  # fmt: skip


@pytest.mark.parametrize("topic", FORGED)
def test_a_forged_topic_is_refused(topic):
    poll = read(replace(good(TARGET), topic=topic))
    assert fate(poll) == (Fate.REFUSED, "topic")


def test_an_end_is_read_however_it_is_written():
    for value in (
        b'{"ended":{"reason":"x"}}',
        b'{"ended": {"reason": "x"}}',
        b' \n{ "ended" : {"reason": "x"} }',
        b'{"name": "x", "ended": {"reason": "x"}}',
    ):
        [event] = read(good(TARGET).valued(value)).events
        assert event.after == Ended.model_validate({"ended": {"reason": "x"}})


def test_a_text_about_an_end_is_not_an_end():
    [event] = read(good(TARGET).valued(b'{"name": "\\"ended\\": {}", "filling": "ended"}')).events
    assert event.after.name == '"ended": {}'


def test_a_secret_is_opened():
    [event] = read(good(TARGET, SECRETS)).events
    assert event.after.who == NAME
