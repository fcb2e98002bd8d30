from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, strategies as st

from intercoop_directory.accounts.domain.codes import (
    code_hash,
    code_of,
    secret_hash,
    shown,
    tidy_code,
)
from intercoop_directory.accounts.domain.linking import AddressHolder, AddressUse, linked_person
from intercoop_directory.accounts.domain.mail_link import (
    MOST_MAILS,
    MOST_OF_ADDRESS,
    MOST_OF_ASKER,
    MOST_OF_INSTANCE,
    TRIES,
    VALID_FOR,
    Limit,
    Missed,
    SignIn,
    Taken,
    Usage,
    add_code,
    reached,
    take_code,
)
from testkit.ids import new_id

NOON = datetime(2016, 5, 1, 12, tzinfo=UTC)
BROWSER = secret_hash("browser")
GOOD, OTHER = b"g" * 32, b"o" * 32
LUCIE, PAUL = new_id("midi-pyrenees"), new_id("midi-pyrenees")


def asked(*codes: bytes, **fields) -> SignIn:
    sign_in = SignIn(new_id("midi-pyrenees"), BROWSER, b"a" * 32, b"n" * 32, NOON, LUCIE)
    return replace(sign_in, codes=codes, **fields)


@given(st.binary(min_size=5, max_size=5))
def test_a_code_is_understood_as_it_is_shown_and_in_small_letters(chance: bytes) -> None:
    code = code_of(chance)

    assert len(code) == 8
    assert tidy_code(shown(code)) == code
    assert tidy_code(f"  {code.lower()[:3]} {code.lower()[3:]}\n") == code


@pytest.mark.parametrize("typed", ["", "K7WQ2MX", "K7WQ2MXAB", "K7WQ2MX9", "K7WQ2MXÉ", "'; --"])
def test_what_can_be_no_code_is_none(typed: str) -> None:
    assert tidy_code(typed) is None


def test_digits_that_no_code_has_are_the_letters_that_look_like_them() -> None:
    assert tidy_code("018A-BCDE") == "OIBABCDE"


def test_a_hash_is_of_one_code_in_one_browser() -> None:
    kept = code_hash("K7WQ2MXA", BROWSER)

    assert kept == code_hash("K7WQ2MXA", BROWSER)
    assert kept != code_hash("K7WQ2MXA", secret_hash("another"))
    assert kept != code_hash("K7WQ2MXB", BROWSER)


def test_a_code_is_good_once() -> None:
    taken = take_code([asked(GOOD)], GOOD, NOON)

    assert isinstance(taken, Taken)
    assert take_code([taken.sign_in], GOOD, NOON) == Missed(())


def test_the_last_of_five_tries_still_counts_and_the_sixth_does_not() -> None:
    sign_in = asked(GOOD)
    for _ in range(TRIES - 1):
        missed = take_code([sign_in], OTHER, NOON)
        (sign_in,) = missed.sign_ins
    assert missed.tries_left == 1
    assert isinstance(take_code([sign_in], GOOD, NOON), Taken)

    (spent,) = take_code([sign_in], OTHER, NOON).sign_ins
    assert take_code([spent], GOOD, NOON) == Missed(())


def test_what_can_be_no_code_costs_a_try_too() -> None:
    assert take_code([asked(GOOD)], None, NOON).tries_left == TRIES - 1


@pytest.mark.parametrize(
    ("later", "is_good"), [(VALID_FOR - timedelta(seconds=1), True), (VALID_FOR, False)]
)
def test_a_code_is_good_for_a_quarter_of_an_hour(later, is_good) -> None:
    assert isinstance(take_code([asked(GOOD)], GOOD, NOON + later), Taken) is is_good


def test_a_newer_mail_does_not_void_an_earlier_one() -> None:
    earlier, later = asked(GOOD), asked(OTHER)

    taken = take_code([earlier, later], GOOD, NOON)
    assert taken.sign_in.id == earlier.id
    again = add_code(earlier, OTHER, NOON)
    assert isinstance(take_code([again], GOOD, NOON), Taken)
    assert isinstance(take_code([again], OTHER, NOON), Taken)


@pytest.mark.parametrize(
    "sign_in",
    [
        asked(person_id=None),
        asked(is_over=True),
        asked(tries_left=0),
        asked(*[GOOD] * MOST_MAILS),
        asked(asked_at=NOON - VALID_FOR),
    ],
)
def test_no_mail_leaves_for_nobody_nor_when_its_code_would_be_void(sign_in: SignIn) -> None:
    assert add_code(sign_in, GOOD, NOON) is None


@pytest.mark.parametrize(
    ("usage", "limit"),
    [
        (Usage(MOST_OF_ADDRESS - 1, MOST_OF_ASKER - 1, MOST_OF_INSTANCE - 1), None),
        (Usage(MOST_OF_ADDRESS, 0, MOST_OF_INSTANCE - 1), Limit.ADDRESS),
        (Usage(MOST_OF_ADDRESS, MOST_OF_ASKER, 0), Limit.ASKER),
        (Usage(MOST_OF_ADDRESS, MOST_OF_ASKER, MOST_OF_INSTANCE), Limit.INSTANCE),
    ],
)
def test_who_asks_too_often_is_told_by_what_says_nothing_of_the_address(usage, limit) -> None:
    assert reached(usage) is limit


@pytest.mark.parametrize(
    ("use", "person"),
    [
        (AddressUse(), None),
        (AddressUse([AddressHolder(LUCIE)]), LUCIE),
        (AddressUse([AddressHolder(LUCIE)], is_public=True), None),
        (AddressUse([AddressHolder(LUCIE), AddressHolder(PAUL)]), None),
        (AddressUse([AddressHolder(LUCIE, is_verified=True), AddressHolder(PAUL)]), None),
        (AddressUse([AddressHolder(LUCIE, is_linked=True)]), None),
        (AddressUse([AddressHolder(LUCIE, is_verified=True, is_linked=True)]), LUCIE),
    ],
)
def test_an_address_is_that_of_the_only_person_who_holds_it(use, person) -> None:
    assert linked_person(use) == person
