"""Trades: every label of NAF rév. 2, and the code that words mean, or which ones they may mean."""

from collections import Counter

import pytest

from intercoop_chassis.refusals import Refusal
from intercoop_directory.trades.domain import Nomenclature, Trade, trade_code
from intercoop_directory.trades.handlers import nomenclature


@pytest.mark.parametrize(
    ("code", "label"),
    [
        ("43.32A", "Travaux de menuiserie bois et PVC"),
        ("43.3", "Travaux de finition"),
        ("18.12Z", "Autre imprimerie (labeur)"),
        ("88.99B", "Action sociale sans hébergement n.c.a."),
        ("70", "Activités des sièges sociaux ; conseil de gestion"),
    ],
)
def test_a_code_of_any_level_has_the_label_of_insee(code, label):
    assert nomenclature().label(code) == label


@pytest.mark.parametrize("code", [None, "", "00.0", "99.99Z", "43.32a"])
def test_what_is_no_code_of_the_nomenclature_has_no_label(code):
    assert nomenclature().label(code) is None


def test_all_of_naf_rev_2_is_there():
    """INSEE: 88 divisions, 272 groups, 615 classes, 732 subclasses."""
    levels = Counter(
        len(trade.code)
        for digit in "0123456789"
        for trade in (t for n in range(10) for t in nomenclature().find(f"{digit}{n}", 2000))
    )

    assert levels == {2: 88, 4: 272, 5: 615, 6: 732}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("4332a", "43.32A"),
        ("43.32A", "43.32A"),
        ("43 32 A", "43.32A"),
        ("43.", "43"),
        ("43.3", "43.3"),
        ("433", "43.3"),
        ("43", "43"),
        ("4", None),
        ("43.3A", None),
        ("menuiserie", None),
        ("%", None),
    ],
)
def test_a_code_is_understood_as_people_write_it(text, code):
    assert trade_code(text) == code


@pytest.mark.parametrize(
    ("words", "best"),
    [
        ("menuiserie", "43.32"),
        ("MENUISERIES BOIS", "43.32A"),
        ("métallique serrurerie", "43.32B"),
        ("imprimerie", "18.1"),
        ("travaux de finition", "43.3"),
        ("couverture", "43.91"),
    ],
)
def test_the_label_of_which_most_was_asked_for_comes_first(words, best):
    assert nomenclature().find(words, 10)[0].code.startswith(best)


def test_a_label_is_found_by_the_beginning_of_each_of_its_words_in_any_order():
    found = nomenclature().find("pvc menuis", 10)

    assert [trade.code for trade in found] == ["43.32A"]


def test_codes_are_found_by_their_beginning():
    assert [trade.code for trade in nomenclature().find("43.32", 10)] == [
        "43.32",
        "43.32A",
        "43.32B",
        "43.32C",
    ]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Travaux de finition", "43.3"),
        ("menuiserie pvc", "43.32A"),
        ("boulangerie-pâtisserie", "10.7"),
        ("Boulangerie et boulangerie pâtisserie", "10.71C"),
        ("98.76Z", "98.76Z"),
        ("ébénisterie", None),
    ],
)
def test_words_that_mean_one_trade_are_its_code(text, code):
    meant = nomenclature().meant(text)

    if code is None:
        assert isinstance(meant, Refusal)
    else:
        assert meant == code


def test_words_that_mean_all_below_one_level_are_that_level():
    small = Nomenclature(
        [
            Trade("43.3", "Travaux de finition"),
            Trade("43.32", "Travaux de menuiserie"),
            Trade("43.32A", "Travaux de menuiserie bois"),
            Trade("43.32B", "Travaux de menuiserie métallique"),
        ]
    )

    assert small.meant("menuiserie") == "43.32"


def test_words_that_mean_several_are_refused_with_these():
    meant = nomenclature().meant("menuiserie")

    assert meant.field == "trade"
    assert "43.32A Travaux de menuiserie bois et PVC" in meant.remedy.fr
    assert "43.32A Travaux de menuiserie bois et PVC" in meant.remedy.en


def test_words_of_no_label_are_refused_with_an_example():
    meant = nomenclature().meant("philatélie")

    assert "43.32A" in meant.remedy.en


def test_a_query_of_small_words_alone_finds_what_begins_with_them_and_no_letter_finds_nothing():
    assert nomenclature().find("de", 5)
    assert nomenclature().find("%", 5) == []
