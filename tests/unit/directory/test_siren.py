import pytest
from hypothesis import given, strategies as st

from intercoop_directory.organisations.domain.siren import siren_of_siret, siren_refusal, tidy_siren


@pytest.mark.parametrize("siren", ["552032534", "732829320", "356000000", "000123455"])
def test_a_siren_with_its_check_digit_is_accepted(siren: str) -> None:
    assert siren_refusal(siren) is None


@pytest.mark.parametrize(
    ("wrong", "reason", "remedy"),
    [
        ("552032535", "check digit", "Insee"),
        ("55203253", "8 characters", "Insee"),
        ("5520349", "7 characters", "Insee"),
        ("123455", "6 characters", "000123455"),
        ("55203253A", "more than digits", "nine digits"),
        ("٥٥٢٠٣٢٥٣٤", "more than digits", "nine digits"),
        ("73282932000074", "SIRET", "732829320"),
        ("000000000", "zeros", "Insee"),
        ("", "zeros", "Insee"),
    ],
)
def test_a_wrong_siren_is_refused_in_words_with_a_remedy(
    wrong: str, reason: str, remedy: str
) -> None:
    refusal = siren_refusal(wrong)

    assert refusal is not None
    assert reason in refusal.reason.en
    assert remedy in refusal.remedy.en
    assert refusal.reason.fr != refusal.reason.en


def test_blanks_and_dots_between_digits_are_forgiven() -> None:
    assert tidy_siren(" 552 032.534 ") == "552032534"


def test_a_siret_holds_its_siren() -> None:
    assert siren_of_siret("732 829 320 00074") == "732829320"
    assert siren_of_siret("732 829 320 00075") is None
    assert siren_of_siret("٧٣٢٨٢٩٣٢٠٠٠٠٧٤") is None


@given(st.text(max_size=20))
def test_whatever_is_written_there_is_an_answer(text: str) -> None:
    siren_refusal(tidy_siren(text))
    siren_of_siret(text)


@given(st.integers(min_value=1, max_value=99_999_999), st.integers(min_value=1, max_value=9))
def test_one_wrong_digit_is_always_noticed(number: int, off: int) -> None:
    digits = f"{number:08d}"
    good = next(digits + str(last) for last in range(10) if not siren_refusal(digits + str(last)))
    wrong = good[:-1] + str((int(good[-1]) + off) % 10)

    assert siren_refusal(wrong) is not None
