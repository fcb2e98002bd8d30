import httpx
import pytest

from testkit.spreadsheets import import_sheet, organisations_by_name


@pytest.mark.parametrize(
    ("place", "code"),
    [
        (("Toulouse", "", ""), "31555"),
        (("31000 Toulouse", "", ""), "31555"),
        (("", "31000", ""), "31555"),
        (("LYON 7EME", "69007", ""), "69123"),
        (("Paris 11e arrondissement", "", ""), "75056"),
        (("St Denis", "97400", ""), "97411"),
        (("Villeneuve (12)", "", ""), "12301"),
        (("villeneuve", "", "63"), "63458"),
        (("Ste Suzanne", "97441", ""), "97420"),
        (("ambert", "63600", "63"), "63003"),
        (("Neussargues-Moissac", "", ""), "15141"),
        (("Neussargues en Pinatelle", "15170", ""), "15141"),
        (("Toulouse", "", "Haute-Garonne"), "31555"),
        (("Toulouse (Haute-Garonne)", "", ""), "31555"),
        (("TOULOUSE CEDEX 9", "31059", "HAUTE GARONNE"), "31555"),
        (("Saint-Denis", "", "La Réunion"), "97411"),
        (("Port (Le)", "", "Réunion"), "97407"),
    ],
)
async def test_a_commune_is_understood_from_what_people_write(
    staff: httpx.AsyncClient, place: tuple[str, str, str], code: str
) -> None:
    name, postcode, departement = place

    answer = await import_sheet(
        staff, f"Nom;Commune;Code postal;Département\nAtelier;{name};{postcode};{departement}\n"
    )

    assert answer["errors"] == []
    assert (await organisations_by_name(staff))["Atelier"]["commune"]["code"] == code


@pytest.mark.parametrize(
    ("place", "candidate"),
    [
        (("Saint-Denis", "12400"), "Saint-Denis (97411)"),
        (("Villeneuve", ""), "Villeneuve (12301)"),
        (("Atlantis", "15100"), "Saint-Flour (15187)"),
        (("", "15100"), "Saint-Flour (15187)"),
        (("Tolouse", ""), "Toulouse (31555)"),
        (("Tolouse", "31059"), "Toulouse (31555)"),
    ],
)
async def test_a_place_that_may_be_several_is_refused_with_the_candidates(
    staff: httpx.AsyncClient, place: tuple[str, str], candidate: str
) -> None:
    answer = await import_sheet(staff, f"Nom;Commune;Code postal\nAtelier;{place[0]};{place[1]}\n")

    [error] = answer["errors"]
    assert candidate in error["remedy"]["fr"]
    assert candidate in error["remedy"]["en"]


async def test_the_communes_of_the_post_code_are_named_before_namesakes_far_away(
    staff: httpx.AsyncClient,
) -> None:
    answer = await import_sheet(staff, "Nom;Commune;Code postal\nAtelier;Villeneuve;15100\n")

    [error] = answer["errors"]
    remedy = error["remedy"]["fr"]
    assert remedy.index("Saint-Flour (15187)") < remedy.index("Villeneuve (12301)")


@pytest.mark.parametrize(
    ("place", "column", "said"),
    [
        ("Nouméa;98800;", "Code postal", "hors de la table"),
        ("Saint-Barthélemy;97133;", "Code postal", "Saint-Barthélemy"),
        ("Papeete;;Polynésie française", "Département", "Polynésie française"),
        ("Toulouse;;Haute-Garone", "Département", "n'est pas un département"),
    ],
)
async def test_what_the_table_of_communes_does_not_cover_is_said(
    staff: httpx.AsyncClient, place: str, column: str, said: str
) -> None:
    answer = await import_sheet(staff, f"Nom;Commune;Code postal;Département\nAtelier;{place}\n")

    [error] = answer["errors"]
    assert error["column"] == column
    assert said in error["reason"]["fr"]
