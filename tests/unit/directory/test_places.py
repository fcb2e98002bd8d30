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
    asked_place,
    departements_meant,
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
        commune("91228", "Évry-Courcouronnes", "91000", "91080", population=66_000),
        commune("14762", "Vire Normandie", "14500", population=17_000),
        commune("31044", "Balma", "31130", population=17_000),
        commune("31418", "Pin-Balma", "31130", population=1_000),
        commune("76351", "Le Havre", "76600", population=165_000),
        commune("47323", "Villeneuve-sur-Lot", "47300", population=22_000),
        commune("44003", "Ancenis-Saint-Géréon", "44150"),
        commune("44180", "Vallons-de-l'Erdre", "49440", "44540"),
        commune("12002", "Freigné", "12999"),
    ],
    [
        FormerCommune("91182", "Courcouronnes", "91228"),
        FormerCommune("78228", "Évry", "91228"),
        FormerCommune("14762", "Vire", "14762"),
        FormerCommune("14351", "Maisoncelles-la-Jourdan", "14762"),
        FormerCommune("49144", "Freigné", "44180"),
        FormerCommune("01018", "Bellegarde-sur-Valserine", "01033"),
        FormerCommune("75111", "Paris 11e Arrondissement", "75056"),
        FormerCommune("99999", "Nulle-Part", "99998"),
    ],
)


MEANT = [
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
    (PlaceName(name="Courcouronnes", postcode="91080"), "91228"),
    (PlaceName(name="EVRY CEDEX", postcode="91025"), "91228"),
    (PlaceName(code="78228"), "91228"),
    (PlaceName(name="Vire", postcode="14500"), "14762"),
    (PlaceName(name="vire"), "14762"),
    (PlaceName(code="14762"), "14762"),
    (PlaceName(name="Maisoncelles la Jourdan"), "14762"),
    (PlaceName(name="Freigné", postcode="49440"), "44180"),
    (PlaceName(name="Freigné", departement="Maine-et-Loire"), "44180"),
    (PlaceName(name="Freigné", departement="44"), "44180"),
    (PlaceName(name="Freigné", departement="Aveyron"), "12002"),
    (PlaceName(name="Toulouse", departement="Haute-Garonne"), "31555"),
    (PlaceName(name="Toulouse", departement="HAUTE GARONNE"), "31555"),
    (PlaceName(name="Toulouse", departement="31 - Haute-Garonne"), "31555"),
    (PlaceName(name="Toulouse", departement="Haute-Garonne (31)"), "31555"),
    (PlaceName(name="Toulouse (Haute-Garonne)"), "31555"),
    (PlaceName(name="Valserhône", departement="1"), "01033"),
    (PlaceName(name="Ajaccio", departement="Corse"), "2A004"),
    (PlaceName(name="Ajaccio", departement="20"), "2A004"),
    (PlaceName(name="Saint-Denis", departement="Réunion"), "97411"),
    (PlaceName(name="Saint-Denis", departement="La Réunion"), "97411"),
    (PlaceName(name="Havre (Le)"), "76351"),
    (PlaceName(name="LE HAVRE CEDEX 04", postcode="76098"), "76351"),
    (PlaceName(name="VILLENEUVE S/ LOT"), "47323"),
    (PlaceName(name="Paris 11e arr", postcode="75011"), "75056"),
]


@pytest.mark.parametrize(("wanted", "code"), MEANT)
def test_one_place_is_meant(wanted: PlaceName, code: str) -> None:
    place = COMMUNES.resolve(wanted)

    assert isinstance(place, Place)
    assert place.code == code


REFUSED = [
    (PlaceName(code="99998"), "commune.code", ()),
    (PlaceName(code="99999"), "commune.code", ()),
    (PlaceName(name="Saint-Denis"), "commune.name", ("93066", "97411")),
    (PlaceName(name="Saint-Denis", postcode="12000"), "commune.name", ("93066", "97411")),
    (PlaceName(name="Villeneuve"), "commune.name", ("12301", "63458")),
    (PlaceName(name="Atlantis"), "commune.name", ()),
    (PlaceName(name="Atlantis", postcode="15100"), "commune.name", ("15187", "15074")),
    (PlaceName(postcode="15100"), "commune.name", ("15187", "15074")),
    (PlaceName(postcode="99999"), "commune.postcode", ()),
    (
        PlaceName(name="Villeneuve", postcode="31130"),
        "commune.name",
        ("31044", "31418", "12301", "63458"),
    ),
    (PlaceName(name="Bamla", postcode="31130"), "commune.name", ("31044", "31418")),
    (PlaceName(name="Pin Blama", postcode="31130"), "commune.name", ("31418", "31044")),
    (PlaceName(code="31130", name="Balma"), "commune.code", ("31044", "31418")),
    (
        PlaceName(code="01999", name="Saint-Denis", departement="974"),
        "commune.code",
        ("97411", "93066"),
    ),
    (PlaceName(name="Villeneuve", departement="Haute-Garone"), "commune.departement", ()),
    (PlaceName(name="Toulouse", departement="31 - Gers"), "commune.departement", ()),
    (PlaceName(name="Saint-Martin", postcode="97150"), "commune.postcode", ()),
    (PlaceName(name="Nouméa", postcode="98800"), "commune.postcode", ()),
    (PlaceName(name="Papeete", departement="Polynésie française"), "commune.departement", ()),
    (PlaceName(code="97502"), "commune.code", ()),
]


@pytest.mark.parametrize(("wanted", "field", "candidates"), REFUSED)
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


def test_a_departement_that_is_misspelt_is_guessed_and_said() -> None:
    refusal = COMMUNES.resolve(PlaceName(name="Toulouse", departement="Haute-Garone"))

    assert isinstance(refusal, Refusal)
    assert "Haute-Garonne (31)" in refusal.remedy.fr
    assert "Haute-Garonne (31)" in refusal.remedy.en


@pytest.mark.parametrize(
    ("wanted", "named"),
    [
        (PlaceName(name="Gustavia", postcode="97133"), "Saint-Barthélemy"),
        (PlaceName(name="Saint-Pierre", departement="975"), "Saint-Pierre-et-Miquelon"),
        (PlaceName(name="Monaco", postcode="98000"), "outre-mer"),
    ],
)
def test_what_the_table_does_not_cover_is_said(wanted: PlaceName, named: str) -> None:
    refusal = COMMUNES.resolve(wanted)

    assert isinstance(refusal, Refusal)
    assert named in refusal.reason.fr
    assert "vide" in refusal.remedy.fr


@pytest.mark.parametrize(
    ("said", "codes"),
    [
        ("44", ("44",)),
        ("loire atlantique", ("44",)),
        ("Loire-Atlantique (44)", ("44",)),
        ("Loire-Inférieure", ("44",)),
        ("2a", ("2A",)),
        ("Côte d’Or", ("21",)),
        ("1", ("01",)),
        ("031", ("31",)),
        ("974", ("974",)),
        ("TERRITOIRE DE BELFORT", ("90",)),
        ("Corse", ("2A", "2B")),
        ("96", ()),
        ("Occitanie", ()),
        ("31 - Gers", ()),
        ("", ()),
    ],
)
def test_a_departement_is_understood_by_number_or_name(said: str, codes: tuple[str, ...]) -> None:
    assert departements_meant(said) == codes


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ("toulouse", PlaceName(name="toulouse")),
        ("31000 Toulouse", PlaceName(name="Toulouse", postcode="31000")),
        ("Toulouse 31000", PlaceName(name="Toulouse", postcode="31000")),
        ("31000", PlaceName(name="31000")),
        ("st nazaire 44", PlaceName(name="st nazaire", departement="44")),
        ("st nazaire (44)", PlaceName(name="st nazaire", departement="44")),
        (
            "Saint-Nazaire, Loire-Atlantique",
            PlaceName(name="Saint-Nazaire", departement="Loire-Atlantique"),
        ),
        ("Villeneuve-sur-Lot", PlaceName(name="Villeneuve-sur-Lot")),
        ("paris 11", PlaceName(name="paris 11")),
        ("Évry", PlaceName(name="Évry")),
    ],
)
def test_what_is_typed_to_find_a_commune_is_taken_apart(typed: str, wanted: PlaceName) -> None:
    assert asked_place(typed) == wanted


@given(st.text())
def test_a_key_of_a_name_is_its_own_key(name: str) -> None:
    assert name_key(name_key(name)) == name_key(name)


def test_post_codes_lie_in_departements() -> None:
    assert departements_of("31000") == ("31",)
    assert departements_of("20000") == ("2A", "2B")
    assert departements_of("97400") == ("974",)
