"""What pages of requests decide by themselves: how far to look, what is like what, how it is said."""

import pytest

from intercoop_advice.cooperatives.domain import Cooperative
from intercoop_advice.neighbours.domain import Candidate
from intercoop_advice.rendering import said_in
from intercoop_advice.requests.domain.likeness import looked_for, telling
from intercoop_advice.requests.pages.circles import Circle, around, detail
from intercoop_chassis.pages.negotiate import Language
from intercoop_chassis.pages.words import words
from intercoop_chassis.refusals import Sentence
from intercoop_contracts.advice import AdviceRequestView
from testkit.advice_service import AURILLAC, cooperative
from testkit.ids import new_id

HOME = "auvergne"


def asking(**fields):
    usual = {"organisation_id": new_id(HOME), "organisation_name": "Imprimerie", "title": "Locaux"}
    return AdviceRequestView(**{**usual, "commune": AURILLAC, **fields})


def candidate(km, owner=HOME, **fields):
    view = cooperative(f"Scop à {km} km", **fields)
    return Candidate(Cooperative(new_id(owner), owner, view), km, 0)


def shown(found, asked=None, chosen=()):
    return around(asking(), found, asked, chosen)


def test_one_looks_no_further_than_where_there_are_enough():
    near = [candidate(float(km)) for km in range(5)]
    far = [candidate(200.0), candidate(None, commune=None)]
    assert shown([*near, *far]).circle is Circle.NEAR
    assert shown([*near[:4], candidate(90.0), *far]).circle is Circle.WIDER
    assert shown([*near[:2], *far]).circle is Circle.ALL
    assert shown([]).circle is Circle.ALL


def test_each_circle_says_how_many_it_holds_and_who_is_nowhere_is_in_the_widest_alone():
    found = [candidate(40.0), candidate(40.1), candidate(300.0), candidate(None, commune=None)]
    assert dict(shown(found).counts) == {
        Circle.NEAR: 1, Circle.WIDER: 2, Circle.WIDE: 3, Circle.ALL: 4,
    }  # fmt: skip


def test_whoever_is_ticked_stays_in_the_list_wherever_they_are():
    near, far = candidate(3.0), candidate(250.0)
    narrow = shown([near, far], Circle.NEAR, {far.cooperative.id})
    assert [each.candidate for each in narrow.neighbours] == [near, far]


def test_pins_lead_to_their_place_in_the_list_and_others_are_told_apart():
    found = [candidate(2.0), candidate(9.0, "midi-pyrenees")]
    request = asking()
    map_of = detail(request, around(request, found, Circle.NEAR, ()), HOME)
    members = {
        member.number: (pin.href, member.is_own) for pin in map_of.pins for member in pin.members
    }
    assert {number: own for number, (_, own) in members.items()} == {1: True, 2: False}
    assert {href for href, _ in members.values()} <= {"#o1", "#o2"}
    assert map_of.ring is not None
    assert map_of.ring.r == 40


def test_without_a_place_the_map_has_no_circle_and_says_who_is_missing():
    request = asking(commune=None)
    lost = candidate(None, commune=None)
    map_of = detail(request, around(request, [lost], None, ()), HOME)
    assert map_of.ring is None
    assert [each.number for each in map_of.unplaced] == [1]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Nous cherchons des locaux", "Un local à Aurillac"),
        ("Une presse pour une semaine", "Prêter une PRESSE"),
        ("Des machines", "Une machine à bois"),
        ("Main-d’œuvre saisonnière", "Partager la main d'oeuvre"),
    ],
)
def test_questions_of_one_subject_share_how_a_word_begins(one, other):
    starts = telling(one)
    assert any(word.startswith(start) for start in starts for word in looked_for(other))


@pytest.mark.parametrize("text", ["Nous cherchons", "Avec qui ?", "à la une", "", "!!!"])
def test_words_of_every_question_are_like_nothing(text):
    assert telling(text) == []


def test_a_text_of_any_length_asks_for_a_few_words():
    assert len(looked_for("mot " * 500)) == 20
    assert len(telling(" ".join(f"n{number}mots" for number in range(1000, 1090)))) == 20


def test_reasons_have_the_blanks_of_their_language():
    reasons = [Sentence("propose : locaux", "offers: locaux"), Sentence("à 3 km", "3 km away")]
    assert said_in(words(Language.FR), reasons) == ("propose\u00a0: locaux", "à 3 km")
    assert said_in(words(Language.EN), reasons) == ("offers: locaux", "3 km away")
