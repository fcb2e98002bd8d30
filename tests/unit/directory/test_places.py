import re

import pytest
from hypothesis import given, strategies as st

from intercoop_chassis.refusals import Refusal
from intercoop_directory.communes.domain import (
    Commune,
    FormerCommune,
    Gazetteer,
    Place,
    PlaceName,
    departements_of,
    name_key,
)


def commune(code: str, name: str, *postcodes: str, population: int = 100) -> Commune:
    departement = code[:3] if code.startswith("97") else code[:2]
    return Commune(code, name, departement, "76", None, population, postcodes, 45.0, 2.0)


COMMUNES = Gazetteer(
    [
        commune("31555", "Toulouse", "31000", "31100", "31200", population=500_000),
        commune("12301", "Villeneuve", "12260"),
        commune("63458", "Villeneuve", "63340"),
        commune("97411", "Saint-Denis", "97400", "97417"),
        commune("93066", "Saint-Denis", "93200", population=150_000),
        commune("2A004", "Ajaccio", "20000", "20090"),
        commune("15187", "Saint-Flour", "15100", population=6_000),
        commune("15074", "Coren", "15100"),
        commune("01033", "Valserhône", "01200"),
        commune("75056", "Paris", "75001", "75011"),
    ],
    [
        FormerCommune("01018", "Bellegarde-sur-Valserine", "01033"),
        FormerCommune("75111", "Paris 11e Arrondissement", "75056"),
        FormerCommune("99999", "Nulle-Part", "99998"),
    ],
)


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        (PlaceName(code="31555"), "31555"),
        (PlaceName(code="2a004"), "2A004"),
        (PlaceName(code="01018"), "01033"),
        (PlaceName(code="75111"), "75056"),
        (PlaceName(name="TOULOUSE CEDEX 9", postcode="31030"), "31555"),
        (PlaceName(name="St-Denis", postcode="97400"), "97411"),
        (PlaceName(name="saint denis", departement="93"), "93066"),
        (PlaceName(name="villeneuve", postcode="12999"), "12301"),
        (PlaceName(name="Ajaccio", postcode="20700"), "2A004"),
        (PlaceName(name="Bellegarde-sur-Valserine"), "01033"),
        (PlaceName(name="PARIS 11"), "75056"),
        (PlaceName(postcode="01200"), "01033"),
    ],
)
def test_one_place_is_meant(wanted: PlaceName, code: str) -> None:
    place = COMMUNES.resolve(wanted)

    assert isinstance(place, Place)
    assert place.code == code


@pytest.mark.parametrize(
    ("wanted", "field", "candidates"),
    [
        (PlaceName(code="99998"), "commune.code", ()),
        (PlaceName(code="99999"), "commune.code", ()),
        (PlaceName(name="Saint-Denis"), "commune.name", ("93066", "97411")),
        (PlaceName(name="Saint-Denis", postcode="12000"), "commune.name", ("93066", "97411")),
        (PlaceName(name="Villeneuve"), "commune.name", ("12301", "63458")),
        (PlaceName(name="Atlantis"), "commune.name", ()),
        (PlaceName(name="Atlantis", postcode="15100"), "commune.name", ("15187", "15074")),
        (PlaceName(postcode="15100"), "commune.name", ("15187", "15074")),
        (PlaceName(postcode="99999"), "commune.postcode", ()),
    ],
)
def test_a_place_that_is_not_one_is_refused_with_its_candidates(
    wanted: PlaceName, field: str, candidates: tuple[str, ...]
) -> None:
    refusal = COMMUNES.resolve(wanted)

    assert isinstance(refusal, Refusal)
    assert refusal.field == field
    assert codes_in(refusal.remedy.fr) == codes_in(refusal.remedy.en) == candidates


def codes_in(sentence: str) -> tuple[str, ...]:
    """The communes that a sentence names, in its order."""
    return tuple(re.findall(r"\(([0-9][0-9AB][0-9]{3})\)", sentence))


def test_of_many_candidates_the_twelve_largest_are_named_and_that_there_are_more() -> None:
    fifteen = [commune(f"120{n:02}", "Villeneuve", population=n) for n in range(15)]

    refusal = Gazetteer(fifteen).resolve(PlaceName(name="Villeneuve"))

    assert isinstance(refusal, Refusal)
    assert codes_in(refusal.remedy.fr) == tuple(f"120{n:02}" for n in range(14, 2, -1))
    assert refusal.remedy.fr.endswith(", …")


def test_a_commune_with_one_post_code_has_that() -> None:
    assert COMMUNES.resolve(PlaceName(code="12301")) == Place(
        "12301", "Villeneuve", "12", "12260", None, 45.0, 2.0
    )
    toulouse = COMMUNES.resolve(PlaceName(code="31555"))
    assert isinstance(toulouse, Place)
    assert toulouse.postcode is None


@given(st.text())
def test_a_key_of_a_name_is_its_own_key(name: str) -> None:
    assert name_key(name_key(name)) == name_key(name)


def test_post_codes_lie_in_departements() -> None:
    assert departements_of("31000") == ("31",)
    assert departements_of("20000") == ("2A", "2B")
    assert departements_of("97400") == ("974",)
