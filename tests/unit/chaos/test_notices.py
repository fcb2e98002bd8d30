"""What the checker takes for told twice, and for kept from somebody."""

import pytest

from chaos.checker.notices import Told, not_told, told_twice, used_twice
from intercoop_contracts.advice import PEER_ADVICE
from intercoop_contracts.events import REGISTRATIONS


def seat(version, kind, person="camille", subject="seat"):
    return Told(REGISTRATIONS.id, subject, person, version, f"registration-{kind}")


def help_from(version, kind, *about):
    return Told(PEER_ADVICE.id, "request/cooperative", "camille", version, f"advice-{kind}", about)


@pytest.mark.parametrize(
    "told",
    [
        [seat(2, "seated"), seat(5, "seated")],
        [seat(5, "waiting"), seat(2, "waiting"), seat(7, "seated")],
        [help_from(2, "offered", "atelier"), help_from(4, "offered", "atelier")],
        [help_from(2, "invited", "atelier"), help_from(3, "invited", "atelier")],
    ],
)
def test_the_same_told_twice_is_found(told):
    assert len(list(told_twice(told))) == 1


@pytest.mark.parametrize(
    "told",
    [
        [seat(2, "waiting"), seat(5, "seated")],
        [seat(2, "seated"), seat(3, "waiting"), seat(4, "seated")],
        [seat(2, "seated"), seat(2, "seated", person="dominique")],
        [seat(2, "seated"), seat(2, "seated", subject="another seat")],
        [help_from(2, "offered", "atelier"), help_from(4, "introduced", "atelier")],
        [help_from(2, "offered", "atelier"), help_from(4, "offered", "imprimerie")],
        [
            Told(REGISTRATIONS.id, "seat", "camille", 2, "meeting-moved"),
            Told(REGISTRATIONS.id, "seat", "camille", 3, "meeting-moved"),
        ],
    ],
)
def test_what_differs_is_told_each_time(told):
    assert list(told_twice(told)) == []


def test_what_nobody_was_told_is_found():
    wanted = [("seat", "registration-seated"), ("another seat", "registration-waiting")]
    assert list(not_told(wanted, [seat(3, "seated")])) == [
        "nobody was told of ('another seat', 'registration-waiting')"
    ]


SEAT = ("<seat@ouest.network>", ("camille@ouest.example",), "Vous avez une place : Visite")
FREED = (*SEAT[:2], "Une place s'est libérée pour vous : Visite")
ELSEWHERE = (*SEAT[:2], "Vous avez une place : Atelier")
SOMEBODY = (SEAT[0], ("dominique@ouest.example",), SEAT[2])


@pytest.mark.parametrize("other", [FREED, ELSEWHERE, SOMEBODY])
def test_an_identity_that_two_mails_have_is_found(other):
    (words,) = used_twice([SEAT, other, SEAT], ["est"])
    assert SEAT[0] in words


def test_a_mail_may_leave_twice_and_in_other_words_where_its_owner_went_back():
    assert not list(used_twice([SEAT, SEAT], []))
    assert not list(used_twice([SEAT, FREED], ["ouest"]))
    assert list(used_twice([SEAT, ELSEWHERE], ["ouest"]))
    assert list(used_twice([SEAT, SOMEBODY], ["ouest"]))
