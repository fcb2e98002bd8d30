"""What the checker takes for taken over, and what a hostile owner may say of its own."""

import pytest

from chaos.checker.taken_over import (
    said_in_hostile_words,
    shown_otherwise,
    told_in_hostile_words,
)
from chaos.hostile import HOSTILE, MARK
from intercoop_contracts.advice import PEER_ADVICE
from intercoop_contracts.events import REGISTRATIONS
from testkit.ids import new_id

OURS, THEIRS, HIS = (str(new_id(owner)) for owner in ("auvergne", "cgscop", HOSTILE))


def meeting_facts(meeting, title):
    return {"registration_id": OURS, "meeting_id": meeting, "organiser": "cgscop", "title": title}


def advice_facts(request, title="Des locaux", **others):
    return {
        "request_id": request,
        "organisation_id": OURS,
        "side": "helper",
        "title": title,
    } | others


def counterpart(organisation, name):
    return {"organisation_id": organisation, "name": name}


@pytest.mark.parametrize(
    "facts",
    [
        meeting_facts(THEIRS, f"{MARK} Visite"),
        advice_facts(THEIRS, MARK),
        advice_facts(THEIRS, about=[counterpart(THEIRS, MARK)]),
        advice_facts(HIS, about=[counterpart(THEIRS, f"{MARK} Atelier")]),
        advice_facts(THEIRS, offers=[counterpart(THEIRS, MARK)]),
    ],
)
def test_a_notice_in_anothers_words_is_found(facts):
    assert told_in_hostile_words(facts)


@pytest.mark.parametrize(
    "facts",
    [
        meeting_facts(THEIRS, "Visite"),
        advice_facts(THEIRS),
        advice_facts(HIS, MARK),
        advice_facts(HIS, MARK, about=[counterpart(HIS, MARK)]),
    ],
)
def test_what_the_hostile_owner_says_of_its_own_is_its_own_business(facts):
    assert not told_in_hostile_words(facts)


@pytest.mark.parametrize(
    ("stream", "view", "found"),
    [
        (REGISTRATIONS, {"title": "Visite"}, 0),
        (REGISTRATIONS, {"title": f"{MARK} Visite"}, 1),
        (PEER_ADVICE, {"request_id": THEIRS, "title": MARK, "counterparts": []}, 1),
        (PEER_ADVICE, {"request_id": HIS, "title": MARK, "counterparts": []}, 0),
        (PEER_ADVICE, {"ended": {"reason": "withdrawn"}}, 0),
    ],
)
def test_what_honest_owners_publish_is_in_their_own_words(stream, view, found):
    published = {"auvergne": {(stream.topic("auvergne"), OURS): (1, view)}}
    assert len(list(said_in_hostile_words(published))) == found


@pytest.mark.parametrize(
    ("shown", "wrong"),
    [
        ({"owner": "auvergne", "name": "Atelier", "more": 1}, None),
        ({"owner": HOSTILE, "name": "Atelier"}, f"is shown as {HOSTILE}'s"),
        ({"owner": "auvergne", "name": MARK}, "is shown with another name"),
        (None, "is not shown"),
    ],
)
def test_what_is_shown_is_what_its_owner_says(shown, wrong):
    assert shown_otherwise("auvergne", {"name": "Atelier"}, shown) == wrong
