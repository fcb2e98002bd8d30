"""What people read: both languages, French as it is written, dates by the clock of Paris."""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import pytest

from intercoop_contracts.advice import Side
from intercoop_contracts.directory import Language, Role
from intercoop_contracts.events import RefusalReason
from intercoop_notifications.mails.templates import letter
from intercoop_notifications.notices.domain.notice import (
    AdviceFacts,
    Counterpart,
    MeetingFacts,
    NoticeKind,
    Schedule,
)
from intercoop_notifications.notices.templates import worded
from intercoop_notifications.notices.templates.dates import day, hour, span
from intercoop_notifications.preferences.domain import Topic
from intercoop_notifications.preferences.templates import stopped_page, unknown_page

FR, EN = Language.FR, Language.EN
WINTER = Schedule(
    datetime(2026, 12, 3, 13, tzinfo=UTC),
    datetime(2026, 12, 3, 16, tzinfo=UTC),
    "Atelier, Toulouse",
)
MEETING = MeetingFacts(
    UUID(int=1),
    UUID(int=2),
    "midi-pyrenees",
    "Visite de l’atelier",
    WINTER,
    before=replace(WINTER, starts=datetime(2026, 12, 1, 13, tzinfo=UTC)),
)
BOIS = Counterpart(UUID(int=3), "Bois & Cie", "contact@bois.example", None, "https://bois.example")
ADVICE = AdviceFacts(
    UUID(int=4), UUID(int=5), Side.HELPER, "Des locaux", (BOIS,), (), (Role.MANAGER, Role.BOARD)
)


def said(kind, language=FR, **changes):
    facts = ADVICE if kind.topic is Topic.ADVICE else MEETING
    return worded(kind, replace(facts, **changes), language)


@pytest.mark.parametrize(
    ("moment", "french", "english"),
    [
        (
            datetime(2026, 12, 3, 13, tzinfo=UTC),
            "jeudi 3 décembre 2026",
            "Thursday 3 December 2026",
        ),
        (datetime(2026, 8, 1, 7, 5, tzinfo=UTC), "samedi 1er août 2026", "Saturday 1 August 2026"),
        (
            datetime(2027, 1, 31, 23, 30, tzinfo=UTC),
            "lundi 1er février 2027",
            "Monday 1 February 2027",
        ),
    ],
)
def test_days_are_those_of_paris(moment, french, english):
    assert (day(moment, FR), day(moment, EN)) == (french, english)


def test_hours_follow_the_summer_time():
    summer = datetime(2026, 8, 1, 7, 5, tzinfo=UTC)
    assert (hour(summer, FR), hour(summer, EN)) == ("9 h 05", "09:05")
    assert hour(WINTER.starts, FR) == "14 h 00"


def test_a_span_names_the_day_of_the_end_when_it_is_another():
    assert span(WINTER, FR) == "jeudi 3 décembre 2026 à 14 h 00 (jusqu’à 17 h 00)"
    longer = replace(WINTER, ends=datetime(2026, 12, 4, 11, tzinfo=UTC))
    assert span(longer, FR).endswith("(jusqu’au vendredi 4 décembre 2026 à 12 h 00)")
    assert span(longer, EN).endswith("(until Friday 4 December 2026 at 12:00)")


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("kind", NoticeKind)
def test_every_notice_has_a_title_a_text_and_a_reason_in_both_languages(kind, language):
    wording = said(kind, language)
    facts = ADVICE if kind.topic is Topic.ADVICE else MEETING
    assert facts.title in wording.title
    assert facts.title in wording.text
    assert wording.why.startswith(
        "Vous recevez ce message parce que" if language is FR else "You receive this because"
    )
    assert "\n" not in wording.title + wording.why
    assert wording.why.endswith(".")
    assert "{" not in wording.title + wording.text + wording.why


def test_the_text_of_a_place_is_as_one_would_write_it():
    wording = said(NoticeKind.SEATED)
    assert wording.title == "Vous avez une place : Visite de l’atelier"
    assert wording.text.splitlines()[:3] == [
        "Votre inscription à « Visite de l’atelier » est confirmée.",
        "Quand : jeudi 3 décembre 2026 à 14 h 00 (jusqu’à 17 h 00)",
        "Où : Atelier, Toulouse",
    ]
    assert said(NoticeKind.SEATED, promoted=True).title.startswith(
        "Une place s’est libérée pour vous"
    )


def test_a_move_says_what_changed_and_both_dates():
    wording = said(NoticeKind.MOVED)
    assert wording.title.startswith("Nouvelle date :")
    assert "prévue le mardi 1er décembre 2026 à 14 h 00" in wording.text
    assert "jeudi 3 décembre 2026 à 14 h 00" in wording.text
    elsewhere = replace(WINTER, place="Foix")
    assert said(NoticeKind.MOVED, before=elsewhere).title.startswith("Nouveau lieu :")
    assert said(NoticeKind.MOVED, before=WINTER).title.startswith("Rencontre modifiée :")


@pytest.mark.parametrize("because", [None, *RefusalReason])
@pytest.mark.parametrize("language", Language)
def test_every_reason_of_a_refusal_has_words(because, language):
    assert said(NoticeKind.REFUSED, language, refused_because=because).text


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("language", Language)
def test_every_mandate_has_words(role, language):
    assert said(NoticeKind.INVITED, language, because=(role,)).why


def test_it_says_which_mandates_it_came_for():
    assert said(NoticeKind.INVITED).why == (
        "Vous recevez ce message parce que vous êtes gérant·e et membre du conseil "
        "d’administration de la coopérative à qui l’on demande conseil."
    )


def test_it_names_the_co_operative_that_it_is_about():
    """Somebody may hold mandates in several."""
    named = {"organisation_name": "Scierie Haute"}
    assert said(NoticeKind.INVITED, **named).why.endswith(
        "gérant·e et membre du conseil d’administration de la coopérative « Scierie Haute », "
        "à qui l’on demande conseil."
    )
    assert "a pensé à « Scierie Haute » pour sa demande" in said(NoticeKind.INVITED, **named).text
    assert "has thought of “Scierie Haute” for" in said(NoticeKind.INVITED, EN, **named).text
    assert "l’offre de « Scierie Haute »" in said(NoticeKind.NOT_TAKEN, **named).text
    assert "the offer of “Scierie Haute”" in said(NoticeKind.NOT_TAKEN, EN, **named).text
    assert "l’offre de votre coopérative" in said(NoticeKind.NOT_TAKEN).text


def test_a_withdrawal_says_whose_offer_is_gone():
    wording = said(NoticeKind.WITHDRAWN, side=Side.ASKER)
    assert wording.title == "Offre retirée par « Bois & Cie » : Des locaux"
    assert "« Bois & Cie » a retiré son offre." in wording.text
    two = (BOIS, replace(BOIS, name="Menuiserie"))
    assert "ont retiré leur offre" in said(NoticeKind.WITHDRAWN, about=two).text
    assert "has taken its offer back" in said(NoticeKind.WITHDRAWN, EN).text


@pytest.mark.parametrize("kind", [NoticeKind.OFFERED, NoticeKind.INTRODUCED])
def test_a_withdrawal_that_comes_with_other_news_is_in_it(kind):
    gone = (replace(BOIS, name="Menuiserie"),)
    assert "« Menuiserie » a retiré son offre." in said(kind, withdrawals=gone).text
    assert "“Menuiserie” has taken its offer back." in said(kind, EN, withdrawals=gone).text


def test_an_introduction_gives_the_contact_that_is_there():
    assert (
        "« Bois & Cie » : contact@bois.example, https://bois.example"
        in said(NoticeKind.INTRODUCED).text
    )
    unknown = replace(BOIS, email=None, website=None)
    assert "pas de contact public" in said(NoticeKind.INTRODUCED, about=(unknown,)).text
    assert (
        "« Bois & Cie » propose aussi son aide" in said(NoticeKind.INTRODUCED, offers=(BOIS,)).text
    )


def test_what_others_wrote_is_text_and_never_markup():
    wording = said(NoticeKind.SEATED, title="<img src=x> {{ 7 * 7 }}")
    parts = letter(wording, Topic.MEETINGS, "https://coop.example/stop/x", FR)
    assert "<img src=x> {{ 7 * 7 }}" in parts.text
    assert "<img" not in parts.html
    assert "&lt;img src=x&gt; {{ 7 * 7 }}" in parts.html


@pytest.mark.parametrize("language", Language)
def test_a_mail_says_why_it_came_and_how_to_stop_it(language):
    wording = said(NoticeKind.INVITED, language)
    parts = letter(wording, Topic.ADVICE, "https://coop.example/stop/x", language)
    assert wording.why in parts.text
    assert "https://coop.example/stop/x" in parts.text
    assert 'href="https://coop.example/stop/x"' in parts.html
    assert f'lang="{language}"' in parts.html


@pytest.mark.parametrize("language", Language)
def test_what_a_mail_program_is_answered_says_how_to_get_them_again(language):
    after = stopped_page(Topic.MEETINGS, language, preferences="/p")
    assert "<form" not in after
    assert '<a href="/p">' in after
    for page in (after, unknown_page()):
        assert "<style" not in page
        assert "<script" not in page
        assert "http" not in page, "nothing from elsewhere"
