"""Who is asked best, and why: each rule alone, and all of them together."""

from uuid import UUID

import pytest
from hypothesis import given, strategies as st

from intercoop_advice.cooperatives.domain import Cooperative
from intercoop_advice.neighbours.domain import Candidate, Wanted, rank
from intercoop_contracts.advice import AdviceRequestView
from intercoop_contracts.directory import CommuneView, OrganisationView

HERE = CommuneView(code="15014", name="Aurillac", departement="15", epci="241500230")
THERE = CommuneView(code="46102", name="Figeac", departement="46", epci="200067361")


def request(**fields):
    usual = {
        "organisation_id": UUID(int=1),
        "organisation_name": "Imprimerie",
        "title": "Nous cherchons des locaux",
        "trade": "43.32A",
        "commune": HERE,
    }
    return AdviceRequestView(**{**usual, **fields})


def candidate(number=2, *, distance_km=None, asked=0, **fields):
    view = OrganisationView(**{"name": f"Atelier {number}", "commune": THERE, **fields})
    return Candidate(Cooperative(UUID(int=number), "ouest", view), distance_km, asked)


def ranked(*candidates, limit=8, **fields):
    return rank(Wanted.by(request(**fields)), candidates, limit)


def reasons(one, **fields):
    (only,) = ranked(one, **fields)
    return {reason.code: reason.sentence.fr for reason in only.reasons}


@pytest.mark.parametrize(
    ("one", "said"),
    [
        (candidate(distance_km=23.4), {"distance": "à 23 km"}),
        (candidate(distance_km=0.3), {"distance": "à moins d'un kilomètre"}),
        (candidate(commune=HERE), {"same-epci": "même intercommunalité"}),
        (candidate(trade="43.32A"), {"same-trade": "même métier"}),
        (candidate(trade="43.91B"), {"related-trade": "métier proche"}),
        (candidate(trade="62.01Z"), {}),
        (candidate(expertise=("Locaux", "reprise")), {"offers": "propose : Locaux"}),
        (candidate(asked=3), {"asked-lately": "déjà sollicitée 3 fois depuis 90 jours"}),
        (candidate(commune=None), {}),
    ],
)
def test_each_reason_is_said_in_words(one, said):
    assert reasons(one) == said


@pytest.mark.parametrize(
    ("wanted", "title", "offered", "found"),
    [
        (("Énergie",), "Une question", "énergie", True),
        (("energie",), "Une question", "Énergie", True),
        ((), "Reprise d'une entreprise voisine", "reprise d'entreprise", True),
        ((), "Reprise par les salariés", "reprise d'entreprise", False),
        ((), "LOCAUX, près de la gare", "locaux", True),
        ((), "Relocaliser", "locaux", False),
        (("locaux",), "Une question", "…", False),
    ],
)
def test_what_is_offered_is_compared_without_case_and_accents(wanted, title, offered, found):
    said = reasons(candidate(expertise=(offered,)), expertise=wanted, title=title)
    assert ("offers" in said) == found


def test_a_place_that_nobody_knows_is_the_same_as_no_other():
    assert reasons(candidate(commune=None), commune=None, trade=None) == {}
    nowhere = HERE.model_copy(update={"epci": None})
    assert reasons(candidate(commune=nowhere), commune=nowhere) == {}


def test_the_near_come_before_the_far_and_the_far_who_offer_it_before_the_near():
    near, far = candidate(2, distance_km=10), candidate(3, distance_km=80)
    offers = candidate(4, distance_km=80, expertise=("locaux",))
    places = [one.candidate for one in ranked(far, offers, near)]
    assert places == [offers, near, far]


def test_who_was_asked_often_lately_comes_later():
    often = candidate(2, distance_km=10, asked=4)
    rested = candidate(3, distance_km=25)
    assert [one.candidate for one in ranked(often, rested)] == [rested, often]


def test_no_more_are_shown_than_were_wanted():
    assert len(ranked(*(candidate(number) for number in range(2, 12)), limit=3)) == 3


candidates = st.builds(
    candidate,
    st.integers(2, 10**6),
    distance_km=st.none() | st.floats(0, 1000),
    asked=st.integers(0, 20),
    trade=st.sampled_from([None, "43.32A", "43.91B", "62.01Z"]),
    expertise=st.lists(st.sampled_from(["locaux", "reprise", "énergie"]), unique=True).map(tuple),
    commune=st.sampled_from([None, HERE, THERE]),
    name=st.sampled_from(["Atelier", "Fournil", "Écluse"]),
)
several = st.lists(candidates, max_size=12, unique_by=lambda one: one.cooperative.id)


@given(several, st.randoms())
def test_the_order_in_which_they_were_found_makes_no_difference(found, chance):
    shuffled = chance.sample(found, len(found))
    assert ranked(*found) == ranked(*shuffled)


@given(candidates, st.floats(0, 1000))
def test_nobody_gains_by_being_farther_away(one, km):
    near = Candidate(one.cooperative, km, one.asked_lately)
    far = Candidate(one.cooperative, km * 2 + 1, one.asked_lately)
    assert ranked(near)[0].points >= ranked(far)[0].points


@given(candidates)
def test_nobody_gains_by_being_asked(one):
    more = Candidate(one.cooperative, one.distance_km, one.asked_lately + 1)
    assert ranked(one)[0].points >= ranked(more)[0].points


@given(several)
def test_every_reason_is_written_in_both_languages(found):
    for one in ranked(*found):
        assert all(reason.sentence.fr and reason.sentence.en for reason in one.reasons)
        assert one.points == round(sum(reason.points for reason in one.reasons), 1)
