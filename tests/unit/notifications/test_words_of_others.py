"""Words of other owners: quoted within ours, cut, and never a link or the beginning of a subject."""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import pytest

from intercoop_contracts.advice import Side
from intercoop_contracts.directory import Language
from intercoop_notifications.notices.domain.notice import (
    AdviceFacts,
    Counterpart,
    MeetingFacts,
    NoticeKind,
    Schedule,
)
from intercoop_notifications.notices.templates import worded
from intercoop_notifications.preferences.domain import Topic
from intercoop_notifications.texts import LONGEST_OF_OTHERS, quotable

WINTER = Schedule(
    datetime(2026, 12, 3, 13, tzinfo=UTC), datetime(2026, 12, 3, 16, tzinfo=UTC), "Toulouse"
)
MEETING = MeetingFacts(
    UUID(int=1),
    UUID(int=2),
    "limousin",
    "ZZZ",
    WINTER,
    before=replace(WINTER, place="Foix"),
)
ADVICE = AdviceFacts(
    UUID(int=4),
    UUID(int=5),
    Side.HELPER,
    "ZZZ",
    (Counterpart(UUID(int=3), "YYY", owner="limousin"),),
)


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("Venez voir https://evil.example/a?b", "Venez voir […]"),
        ("WWW.evil.example maintenant", "[…] maintenant"),
        ("écrivez à mailto:a@b.example", "écrivez à […]"),
        ("javascript://x", "[…]"),
        ("un titre », et la suite", "un titre ', et la suite"),
        ('“Le Pain” "bio"', "'Le Pain' 'bio'"),
        ("Des locaux\r\nBcc: x", "Des locaux Bcc: x"),
        ("Nous cherchons 200 m² : près d’Aurillac", "Nous cherchons 200 m² : près d’Aurillac"),
    ],
)
def test_what_others_wrote_ends_no_quotation_and_holds_no_link(said, shown):
    assert quotable(said) == shown


def test_what_others_wrote_is_cut():
    assert len(quotable("mot " * 1000)) <= LONGEST_OF_OTHERS
    assert quotable("mot " * 1000).endswith("…")


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("kind", NoticeKind)
def test_a_subject_begins_with_our_words(kind, language):
    facts = ADVICE if kind.topic is Topic.ADVICE else MEETING
    title = worded(kind, facts, language).title
    assert "ZZZ" in title
    assert title.lstrip("« “")[:3] not in {"ZZZ", "YYY"}


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("kind", NoticeKind)
def test_a_notice_says_which_owner_is_behind_it(kind, language):
    if kind is NoticeKind.INTRODUCED:
        return  # both have said yes, and the contact is given
    wording = worded(kind, ADVICE if kind.topic is Topic.ADVICE else MEETING, language)
    assert "limousin" in wording.text + wording.why
    quoted = "« ZZZ »" if language is Language.FR else "“ZZZ”"
    assert quoted in wording.text
