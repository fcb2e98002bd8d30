"""What the hostile owner says: well-formed, as a relay would write it, and within its quota."""

import json
from collections import Counter
from datetime import UTC, datetime
from random import Random

import pytest
from pydantic import ValidationError

from chaos.hostile import HOSTILE, MARK, is_hostile
from chaos.hostile.drawn import Drawn
from chaos.hostile.floods import INVITED, REQUESTS, WISHES, Flood, Ordinary
from chaos.hostile.impostures import Impostor
from chaos.hostile.overhearing import SHARED, Overheard
from chaos.hostile.statements import Voice
from chaos.hostile.writing import BYTES_PER_S, RECORDS_PER_S, Hostility, Quota
from chaos.testbed import LATE, OWNERS
from intercoop_contracts.catalogue import STREAMS
from intercoop_contracts.envelope import IMPLAUSIBLE_JUMP, read_envelope, source_of
from intercoop_contracts.ids import is_subject_of
from intercoop_contracts.streams import Ended, parse_topic
from testkit.extremes import at_the_bounds, subject_of

SAID = 400
HONEST = ("auvergne", "midi-pyrenees")
MAY_BE_OTHERS = {"seat-answers", "offers"}
"""Their key is the asker's, and an asker may be anybody: they reach whom they name, and no more."""


@pytest.fixture
def heard():
    """Something of everything that honest owners share."""
    overheard = Overheard()
    for stream in SHARED:
        for extreme in at_the_bounds(stream, *HONEST):
            subject = subject_of(stream, extreme.view, HONEST[0])
            overheard.note(stream.topic(HONEST[0]), subject, json.dumps(extreme.view).encode())
    return overheard


def said(mood):
    return [one for one in (mood.statement() for _ in range(SAID)) if one]


def state(statement):
    model = Ended if "ended" in statement.value else statement.stream.view
    return model.model_validate_json(json.dumps(statement.value))


def foreign(statement):
    return statement.stream.foreign_id(HOSTILE, statement.subject, state(statement))


def test_its_name_comes_before_all_others_and_its_topics_are_shared_and_its_own():
    assert min(HOSTILE, *OWNERS, *LATE) == HOSTILE
    assert all(is_hostile(stream.topic(HOSTILE)) for stream in STREAMS)
    assert not any(is_hostile(stream.topic(owner)) for stream in STREAMS for owner in OWNERS)


def test_it_impersonates_every_stream_under_others_ids(heard):
    copies = said(Impostor(heard, Random(1)))
    assert {one.stream for one in copies} == set(SHARED)
    for one in copies:
        if one.stream.name not in MAY_BE_OTHERS:
            assert foreign(one) is not None, one
        assert not is_subject_of(one.subject, HOSTILE)


def test_its_words_are_marked_wherever_it_speaks_of_others(heard):
    for one in said(Impostor(heard, Random(2))):
        view = one.value
        words = [view[name] for name in ("name", "title") if name in view]
        assert all(MARK in text for text in words)


def test_it_says_nothing_of_others_before_it_has_heard_of_any():
    assert said(Impostor(Overheard(), Random(3))) == []


@pytest.mark.parametrize("spoilt", [b"{}", b"\xff", b'{"name": 3}', b'{"ended": {"reason": "x"}}'])
def test_what_strangers_have_spoilt_is_not_heard(spoilt):
    overheard, organisations = Overheard(), SHARED[0]
    overheard.note(organisations.topic("auvergne"), "a-subject", spoilt)
    overheard.note("another.topic", "a-subject", b'{"name": "Atelier"}')
    assert overheard.first(organisations) is None


def test_its_floods_are_all_its_own_and_the_wishes_are_for_one_meeting(heard):
    flood = said(Flood(heard, Random(4)))
    assert all(foreign(one) is None for one in flood)
    wishes = [one for one in flood if one.stream.name == "seat-requests"]
    assert len({one.value["meeting_id"] for one in wishes}) == 1
    requests = [one for one in flood if one.stream.name == "advice-requests"]
    assert any(len(one.value["invitations"]) == INVITED for one in requests)


def test_a_flood_has_bounds(heard):
    flood = Flood(heard, Random(5))
    subjects = Counter(
        (one.stream.name, one.subject) for one in (flood.statement() for _ in range(8_000)) if one
    )
    counts = Counter(stream for stream, _ in subjects)
    assert counts["seat-requests"] == WISHES
    assert counts["advice-requests"] == REQUESTS


def test_what_is_drawn_at_the_bounds_is_taken_by_everybody_and_beyond_by_nobody():
    for one in said(Drawn.at_the_bounds(HONEST, Random(6))):
        assert foreign(one) is None
    for one in said(Drawn.beyond_the_bounds(HONEST, Random(7))):
        if "ended" not in one.value:
            with pytest.raises(ValidationError):
                state(one)


def test_a_record_is_as_a_relay_of_its_would_write_it(heard):
    voice, hostility = Voice("a-network", Random(8)), Hostility(heard, HONEST, Random(9))
    versions = {}
    jumps = 0
    for _, statement in filter(None, (hostility.next() for _ in range(SAID))):
        record = voice.record(statement)
        told = read_envelope(record.headers)
        assert record.key.decode() == told.subject == statement.subject
        assert is_hostile(record.topic)
        assert parse_topic(record.topic).stream_id == statement.stream.id
        assert told.source == source_of("a-network", HOSTILE, statement.stream.publisher)
        assert told.type in statement.stream.event_types
        before = versions.get((record.topic, told.subject), 0)
        assert told.sequence > before
        if told.sequence - before <= IMPLAUSIBLE_JUMP:
            versions[record.topic, told.subject] = told.sequence
        jumps += told.sequence - before > 1
    assert jumps


def test_an_ordinary_owner_that_writes_as_much_says_what_everybody_takes():
    voice = Voice("a-network", Random(11), is_honest=True)
    ordinary, versions = Ordinary(Random(12)), Counter()
    for _ in range(SAID):
        kind, statement = ordinary.next()
        assert kind == statement.stream.name
        assert foreign(statement) is None
        told = read_envelope(voice.record(statement).headers)
        versions[statement.subject] += 1
        assert told.sequence == versions[statement.subject]
        assert told.time <= datetime.now(UTC)
    assert max(versions.values()) > 1, "known entities change, too"


def test_the_same_seed_is_hostile_in_the_same_ways(heard):
    first, second = (Hostility(heard, HONEST, Random(10)) for _ in range(2))
    kinds = [
        [kind for kind, _ in filter(None, (h.next() for _ in range(50)))] for h in (first, second)
    ]
    assert kinds[0] == kinds[1]


@pytest.mark.parametrize(("size", "per_s"), [(10, RECORDS_PER_S), (10_000, BYTES_PER_S / 10_000)])
def test_a_quota_is_used_up_and_not_exceeded(size, per_s):
    now = 0.0
    quota = Quota(lambda: now)
    written = 0
    while now < 20:
        wait = quota.wait_s()
        if wait > 0:
            now += max(wait, 0.0001)
            continue
        quota.take(size)
        written += 1
        now += 0.0001
    assert per_s * 20 * 0.95 <= written <= per_s * 20 + 100


def test_unused_room_of_a_quota_is_not_kept():
    now = 0.0
    quota = Quota(lambda: now)
    quota.wait_s()
    now = 1_000.0
    taken = 0
    while quota.wait_s() == 0:
        quota.take(1)
        taken += 1
    assert taken <= RECORDS_PER_S


def test_the_first_and_the_last_that_it_heard_of_are_kept():
    overheard, stream = Overheard(), SHARED[0]
    subjects = [f"{number}" for number in range(2_000)]
    for subject in subjects:
        overheard.note(stream.topic("auvergne"), subject, b'{"name": "Atelier"}')
    assert overheard.first(stream).subject == "0"
    kept = {one.subject for one in overheard.some(stream, 10_000, Random(1))}
    assert subjects[-1] in kept
    assert len(kept) < 1_000
