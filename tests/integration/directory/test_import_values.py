"""No cell becomes another value in silence, and no row that is no organisation is published."""

import httpx
import pytest

from testkit.spreadsheets import import_sheet, organisations_by_name


async def test_numbers_dates_and_codes_are_read_as_spreadsheets_leave_them(
    staff: httpx.AsyncClient,
) -> None:
    answer = await import_sheet(
        staff,
        "Nom;SIREN;Code INSEE;Ville;CP;Dépt;Effectif;Téléphone;Forme juridique;Date d'adhésion\n"
        "Un;123455;9122;Foix;9000;9;1.000;561000000;S.A.R.L. Scop;1er mars 2012\n"
        "Deux;;;Foix;9000;;1\u202f200;561000000.0;S.A.;31/12/2015\n"
        "Trois;552032534.0;12202.0;Rodez;12 000;12.0;12,0;33561000000;Scic SAS;2015-12-31T00:00:00\n"
        '="Quatre";="732829320";="09122";;="09000";="09";="12";="0561000000";;="31/12/2015"\n',
    )

    assert answer["errors"] == []
    known = await organisations_by_name(staff)
    assert {name: one["siren"] for name, one in known.items()} == {
        "Un": "000123455",
        "Deux": None,
        "Trois": "552032534",
        "Quatre": "732829320",
    }
    assert {name: one["commune"]["code"] for name, one in known.items()} == {
        "Un": "09122",
        "Deux": "09122",
        "Trois": "12202",
        "Quatre": "09122",
    }
    assert {one["commune"]["postcode"] for one in known.values()} == {"09000", "12000"}
    assert [known[name]["headcount"] for name in ("Un", "Deux", "Trois")] == [1000, 1200, 12]
    phones = [known[name]["contact"]["phone"] for name in ("Un", "Deux", "Trois")]
    assert phones == ["0561000000", "0561000000", "+33561000000"]
    assert [(one["statute"], one["form"]) for one in (known["Un"], known["Trois"])] == [
        ("scop", "SARL"),
        ("scic", "SAS"),
    ]
    assert known["Deux"]["form"] == "SA"
    assert [known[name]["joined"] for name in ("Un", "Deux", "Trois")] == [
        "2012-03-01",
        "2015-12-31",
        "2015-12-31",
    ]


@pytest.mark.parametrize(
    ("heading", "cell", "word"),
    [
        ("Effectif", "1,200", "deux nombres"),
        ("Effectif", "1,2E+03", "puissance de dix"),
        ("Effectif", "#REF!", "erreur du tableur"),
        ("Effectif", "####", "erreur du tableur"),
        ("Téléphone", "5,61E+08", "puissance de dix"),
        ("Téléphone", "5610000001", "sans zéro"),
        ("SIREN", "5,52E+08", "puissance de dix"),
        ("SIREN", "1234567", "caractères"),
        ("SIRET", "5,52033E+13", "puissance de dix"),
        ("Code postal", "100", "moins de cinq"),
        ("Code INSEE", "12", "moins de cinq"),
        ("Date d'adhésion", "42369", "nombre de jours"),
        ("Date d'adhésion", "31/12/15", "siècles"),
        ("Date d'adhésion", "30/12/1899", "zéro"),
        ("Forme", "EURL", "connue"),
        ("Forme", "Scop SNC", "mot inconnu : snc"),
        ("Statut", "non Scop", "mot inconnu : non"),
        ("Statut", "Scop ou Scic", "mot inconnu : ou"),
        ("Nature", "Coopérative en projet", "deux choses"),
        ("Sigle", "NC", "pas de valeur"),
    ],
)
async def test_what_may_be_two_things_is_refused_at_its_column(
    staff: httpx.AsyncClient, heading: str, cell: str, word: str
) -> None:
    answer = await import_sheet(staff, f"Nom;{heading}\nUn;{cell}\n")

    [error] = answer["errors"]
    assert (error["row"], error["column"], error["value"]) == (2, heading, cell)
    assert word in error["reason"]["fr"]
    assert all(error["remedy"].values())


async def test_an_american_date_makes_others_of_its_column_doubtful(
    staff: httpx.AsyncClient,
) -> None:
    answer = await import_sheet(
        staff, "Nom;Date d'adhésion\nUn;03/04/2015\nDeux;12/31/2015\nTrois;05/05/2015\n"
    )

    assert list(await organisations_by_name(staff)) == ["Trois"]
    assert [error["row"] for error in answer["errors"]] == [2, 3]
    assert "ligne 3" in answer["errors"][0]["reason"]["fr"]


@pytest.mark.parametrize(
    "word",
    [
        *(
            "[ND]",
            "ND",
            "n.d.",
            "NC",
            "n/a",
            "N/A",
            "#N/A",
            "#N/D",
            "-",
            "—",
            "?",
            "néant",
            "Aucun",
        ),
        *("non renseigné", "Non communiqué", "null", "None", "not available", "à compléter"),
    ],
)
async def test_a_word_for_no_value_is_none(staff: httpx.AsyncClient, word: str) -> None:
    head = "Nom;SIREN;Code postal;Effectif;Courriel;Téléphone;Site web;NAF;Date d'adhésion;Forme"
    answer = await import_sheet(staff, f"{head}\nUn;{';'.join([word] * 9)}\n{word};;;;;;;;;\n")

    assert [(error["row"], error["column"]) for error in answer["errors"]] == [(3, "Nom")]
    [known] = (await organisations_by_name(staff)).values()
    assert known["name"] == "Un"
    assert known["siren"] is known["headcount"] is known["joined"] is known["form"] is None
    assert set(known["contact"].values()) == {None}


async def test_what_sirene_does_not_disclose_is_no_name(staff: httpx.AsyncClient) -> None:
    answer = await import_sheet(
        staff,
        "siren,siret,denominationUniteLegale,codeCommuneEtablissement,libelleCommuneEtablissement\n"
        "000009019,,[ND],31555,[ND]\n000009027,,DIFFUSIBLE,31555,[ND]\n",
    )

    [error] = answer["errors"]
    assert (error["row"], error["column"]) == (2, "denominationUniteLegale")
    assert "Sirene" in error["reason"]["fr"]
    [known] = (await organisations_by_name(staff)).values()
    assert known["commune"]["name"] == "Toulouse"


@pytest.mark.parametrize(
    "row",
    [
        "Total;;412",
        "TOTAL GÉNÉRAL;;412",
        "Sous-total;;412",
        "Totaux :;;412",
        "Moyenne;;12",
        "Nombre de structures : 40;;",
        "40 coopératives;;",
        "Grand total;;412",
        "Source : Insee, Sirene;;",
        "NB : effectifs en ETP;;",
        "Liste au 23/11/2016;;",
        "Page 1 / 3;;",
        "Raison sociale;Ville;Effectif",
        "M. Camille Exemple;Rodez;",
        "Mme Exemple;Rodez;",
    ],
)
async def test_a_row_that_is_no_organisation_is_refused(staff: httpx.AsyncClient, row: str) -> None:
    answer = await import_sheet(staff, f"Raison sociale;Ville;Effectif\nUn;Rodez;12\n{row}\n")

    [error] = answer["errors"]
    assert (error["row"], error["column"]) == (3, "Raison sociale")
    assert list(await organisations_by_name(staff)) == ["Un"]


async def test_an_organisation_may_have_such_a_name_where_its_siren_says_so(
    staff: httpx.AsyncClient,
) -> None:
    answer = await import_sheet(staff, "Nom;SIREN\nTotal;552032534\nNombre d'or;\n")

    assert answer["errors"] == []


@pytest.mark.parametrize(
    ("head", "row", "column", "words"),
    [
        ("SIREN;SIRET", "552032534;732 829 320 00074", "SIREN", "732 829 320 00074"),
        ("Statut;Forme juridique", "Scop SA;SARL", "Forme juridique", "Scop SA"),
        ("Statut;Forme juridique", "Scop;Scic SARL", "Forme juridique", "Scop"),
        ("Code INSEE;Commune", "31555;Rodez", "Code INSEE", "Toulouse (31) Rodez"),
        ("Code INSEE;Ville;CP", "31130;Balma;31130", "Code INSEE", "Cazaril-Tambourès Balma"),
        ("Code INSEE;Code postal", "31044;12000", "Code postal", "12000 Balma"),
        ("Code INSEE;Code postal", "31130;31130", "Code postal", "31130 Cazaril-Tambourès"),
        ("Code INSEE;Département", "31555;12", "Département", "12 Toulouse"),
        ("Commune;Code postal", "Foix;09300", "Code postal", "09300 Foix"),
        ("Commune;Code postal", "12000 Rodez;31000", "Code postal", "31000 12000"),
        ("Commune;Département", "Rodez (12);31", "Département", "31 12"),
    ],
)
async def test_two_cells_that_contradict_each_other_are_both_named(
    staff: httpx.AsyncClient, head: str, row: str, column: str, words: str
) -> None:
    answer = await import_sheet(staff, f"Nom;{head}\nUn;{row}\n")

    assert answer["created"] == 0
    error = next(error for error in answer["errors"] if error["column"] == column)
    said = f"{error['value']} {error['reason']['fr']}"
    assert all(word in said for word in words.split())
    assert all(error["remedy"].values())


@pytest.mark.parametrize(
    ("head", "row", "code"),
    [
        ("Code INSEE;Commune;CP", "31555;TOULOUSE CEDEX 9;31059", "31555"),
        ("Code INSEE;Commune;CP;Dépt", "31044;Balma;31130;31", "31044"),
        ("Code INSEE;Commune", "69123;Lyon 7e", "69123"),
        ("Code INSEE;Commune", "12202;[ND]", "12202"),
        ("SIREN;SIRET;Commune", "732829320;732 829 320 00074;Rodez", "12202"),
    ],
)
async def test_cells_that_agree_in_other_words_are_taken(
    staff: httpx.AsyncClient, head: str, row: str, code: str
) -> None:
    answer = await import_sheet(staff, f"Nom;{head}\nUn;{row}\n")

    assert answer["errors"] == []
    assert (await organisations_by_name(staff))["Un"]["commune"]["code"] == code


async def test_a_row_without_post_code_leaves_the_known_one(staff: httpx.AsyncClient) -> None:
    await import_sheet(staff, "Nom;Ville;CP\nUn;Toulouse;31300\n")

    answer = await import_sheet(staff, "Nom;Ville;CP\nUn;Toulouse;\n")

    assert (answer["unchanged"], answer["errors"]) == (1, [])
