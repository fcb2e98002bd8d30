"""Staff bring a spreadsheet: they see what would happen, correct it, apply it and take it back."""

import html
import re

import pytest

from testkit.import_pages import LIST, SHEET, by_name, words
from testkit.workbooks import workbook


async def test_a_spreadsheet_becomes_records_step_by_step(home, nadia):
    at = await nadia.opened(SHEET)
    columns = words(await nadia.page(f"{at}/columns"))
    for said in ("Raison sociale Menuiserie Étoile", "552032534", "Remarques", "Pas reconnue"):
        assert said in columns, columns
    assert (await nadia.columns(at)).headers["location"] == f"{at}/preview"
    text = words(await nadia.page(f"{at}/preview"))
    assert "2 lignes prêtes, 1 à corriger. Rien n’est encore enregistré." in text
    assert "À corriger 1 Nouvelles 2 Changées 0 Pareilles 0" in text
    assert "Ligne 4 Imprimerie" in text
    assert "SIREN « 7328293 »" in text
    assert "Effectif « neuf »" in text
    assert await home.published() == []
    await nadia.applied_at(at)
    assert set(await by_name(home)) == {"Menuiserie Étoile", "L'Œuf à la Coque"}
    done = words(await nadia.page(f"{at}/apply"))
    assert "2 créées, 0 changée, 0 pareille, 1 à corriger." in done
    assert "Tout annuler" in done


async def test_a_refused_row_is_corrected_on_the_page_and_applied_with_the_others(home, nadia):
    at = await nadia.previewed(SHEET)
    wrong = await nadia.corrects(at, 4, siren="73282932")
    assert wrong.status_code == 422
    assert 'value="73282932"' in wrong.text
    assert "À corriger" in wrong.text.partition("</title>")[0]
    still = await nadia.corrects(at, 4, siren="732829320")
    assert still.status_code == 422  # the headcount
    good = await nadia.corrects(at, 4, headcount="9")
    assert good.headers["location"] == f"{at}/preview"
    text = words(await nadia.page(f"{at}/preview"))
    assert "La ligne 4 est prête." in text
    assert "3 lignes prêtes. Rien n’est encore enregistré." in text
    await nadia.applied_at(at)
    record = (await by_name(home))["Imprimerie"]
    assert (record.siren, record.headcount) == ("732829320", 9)


async def test_rows_that_were_refused_are_corrected_after_the_others_were_applied(home, nadia):
    at = await nadia.applied(SHEET)
    await nadia.corrects(at, 4, siren="732829320", headcount="9")
    text = words(await nadia.page(f"{at}/preview"))
    assert "1 ligne prête. Ce qui a été appliqué avant reste comme c’est." in text
    await nadia.applied_at(at)
    assert len(await home.published()) == 3
    assert "3 créées, 0 changée, 0 pareille." in words(await nadia.page(f"{at}/apply"))


async def test_the_same_file_again_says_so_and_changes_nothing(home, nadia):
    sheet = SHEET.replace("7328293;", "732829320;").replace("neuf", "9")
    first = await nadia.applied(sheet)
    versions = await home.versions()
    at = await nadia.opened(sheet)
    columns = await nadia.page(f"{at}/columns")
    assert "Ce même fichier a déjà été envoyé" in words(columns)
    assert f'href="{first}/apply"' in columns
    await nadia.columns(at)
    text = await nadia.page(f"{at}/preview")
    assert "Tout ce que dit ce fichier est déjà dans l’annuaire : rien ne changerait." in words(
        text
    )
    assert f'action="{at}/apply"' not in text
    assert await home.versions() == versions


async def test_what_changes_is_shown_before_and_after(home, nadia):
    await nadia.applied(SHEET)
    at = await nadia.previewed(
        "Raison sociale;SIREN;Effectif;Statut\nMenuiserie Étoile;552032534;14;Scic\n"
    )
    changed = await nadia.rows(at, "changed")
    assert "Effectif : 12 → devient 14" in changed
    assert "Statut : Scop → devient Scic" in changed
    await nadia.applied_at(at)
    assert (await by_name(home))["Menuiserie Étoile"].headcount == 14


async def test_an_import_is_undone_as_a_whole(home, nadia):
    await nadia.applied("Raison sociale;SIREN;Effectif\nMenuiserie Étoile;552032534;12\n")
    at = await nadia.applied(
        "Raison sociale;SIREN;Effectif\nMenuiserie Étoile;552032534;14\nNeuve;;3\n"
    )
    assert (await by_name(home))["Menuiserie Étoile"].headcount == 14
    clicks = [(await nadia.undo(at)).headers["location"] for _ in range(2)]
    assert clicks == [f"{at}/apply"] * 2
    assert (await by_name(home))["Menuiserie Étoile"].headcount == 12
    async with home.client() as client:
        items = (await client.get("/organisations")).json()["items"]
    assert [one["name"] for one in items] == ["Menuiserie Étoile"]
    assert "Cet import est annulé." in words(await nadia.page(f"{at}/apply"))
    assert (await nadia.browser.get(f"{at}/preview")).headers["location"] == f"{at}/apply"


async def test_what_somebody_has_built_on_is_not_undone_but_the_rest_when_asked(home, nadia, staff):
    at = await nadia.applied("Raison sociale;Effectif\nUne;1\nDeux;2\nTrois;3\n")
    ids = {one["name"]: one["id"] for one in (await staff.get("/organisations")).json()["items"]}
    await staff.put(
        f"/organisations/{ids['Une']}", json={"name": "Une"}, headers={"If-Match": '"1"'}
    )
    mandate = {"organisation_id": ids["Deux"], "role": "manager", "since": "2020-01-01"}
    person = {"given_name": "Zoé", "family_name": "Roy", "mandates": [mandate]}
    assert (await staff.post("/people", json=person)).status_code == 201
    asked = await nadia.undo(at)
    assert asked.headers["location"] == f"{at}/undo"
    text = words(await nadia.page(f"{at}/undo"))
    assert (
        "2 structures ne peuvent pas redevenir ce qu’elles étaient. Rien n’est encore annulé."
        in text
    )
    assert "Une Quelqu’un l’a changée depuis." in text
    assert "Deux Des personnes y ont un mandat." in text
    assert set(await by_name(home)) == {"Une", "Deux", "Trois"}
    assert "Annuler 1 autre" in text
    assert (await nadia.undo(at, anyway="true")).headers["location"] == f"{at}/apply"
    assert set(await by_name(home)) == {"Une", "Deux"}
    result = words(await nadia.page(f"{at}/apply"))
    assert "Ce qui est dit ici est resté. 2 créées, 0 changée, 0 pareille, 1 annulée." in result


async def test_a_row_is_left_out_and_taken_in_again(home, nadia):
    at = await nadia.previewed("Raison sociale;Effectif\nUne;1\nTotal;1\n")
    assert "Total" in await nadia.rows(at, "refused")
    assert (await nadia.browser.post(f"{at}/rows/3/leave-out")).status_code == 303
    page = await nadia.page(f"{at}/preview")
    assert "La ligne 3 est retirée de cet import. Annuler" in words(page)
    assert "1 ligne prête. Rien" in words(page)
    assert "Total" in await nadia.rows(at, "left-out")
    assert (await nadia.browser.post(f"{at}/rows/3/take-in")).status_code == 303
    assert "1 ligne prête, 1 à corriger." in words(await nadia.page(f"{at}/preview"))
    await nadia.browser.post(f"{at}/rows/3/leave-out")
    await nadia.applied_at(at)
    assert set(await by_name(home)) == {"Une"}


async def test_columns_that_nobody_recognised_are_said_by_whoever_sent_them(home, nadia):
    sheet = "Intitulé;Où;Nombre\nUne;Aurillac;4\n"
    at = await nadia.opened(sheet)
    nameless = await nadia.columns(at)
    assert nameless.status_code == 422
    assert "raison sociale" in words(nameless.text)
    twice = await nadia.columns(at, c0="name", c1="name")
    assert twice.status_code == 422
    assert 'id="columns.1-fault"' in twice.text
    good = await nadia.columns(at, c0="name", c1="commune.name", c2="headcount")
    assert good.status_code == 303, words(good.text)
    await nadia.applied_at(at)
    record = (await by_name(home))["Une"]
    assert (record.commune.name, record.headcount) == ("Aurillac", 4)


async def test_nothing_of_columns_about_people_is_kept(home, nadia):
    at = await nadia.opened("Raison sociale;Nom;Prénom;Fonction\nUne;Introuvable;Zélie;Gérante\n")
    assert "Parle d’une personne : rien n’en est gardé ni publié." in words(
        await nadia.page(f"{at}/columns")
    )
    forced = await nadia.columns(at, c1="acronym")
    assert forced.status_code == 422
    async with home.db.read() as tx:
        kept = await tx.fetchval("SELECT string_agg(cells::text, ' ') FROM import_rows")
    assert "Une" in kept
    assert "Introuvable" not in kept and "Zélie" not in kept
    whole = await nadia.send("Nom;Prénom\nIntrouvable;Zélie\n".encode())
    assert whole.status_code == 422
    assert "liste de personnes" in words(whole.text)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "Choisissez un fichier"),
        (b"Raison sociale;Ville\n", "n’a que des titres"),
        (b"%PDF-1.7", "est un PDF"),
        (b"x\n", "n’a pas de ligne de titres"),
        (b"\x00\x00", "est vide"),
        (b"a;" * 300 + b"\n" + b"b;" * 300, "a plus de 200 colonnes"),
    ],
)
async def test_what_is_no_table_is_said_at_the_field_of_the_file(nadia, data, said):
    answer = await nadia.send(data)
    assert answer.status_code == 422
    assert said in words(answer.text)
    assert 'id="file-fault"' in answer.text
    assert answer.text.count("À corriger") == 1


async def test_rows_come_in_parts(nadia):
    rows = "".join(f"Coopérative {number:03}\n" for number in range(120))
    at = await nadia.previewed("Raison sociale\n" + rows)
    page = await nadia.page(f"{at}/preview")
    seen = []
    while True:
        seen += re.findall(r"Coopérative \d+", words(page))
        following = re.findall(r'href="([^"]*after=[^"]*)"', page)
        if not following:
            break
        page = await nadia.page(html.unescape(following[0]))
    assert seen == [f"Coopérative {number:03}" for number in range(120)]


async def test_the_file_of_refused_rows_is_corrected_and_sent_again(home, nadia):
    at = await nadia.applied(SHEET)
    answer = await nadia.browser.get(f"{at}/refused.csv")
    text = answer.text.removeprefix("\ufeff")
    assert text.splitlines()[1].startswith("Imprimerie;7328293;Scop;Aurillac;15000;neuf")
    await nadia.applied(text.replace("7328293;", "732829320;").replace("neuf", "9"))
    assert (await by_name(home))["Imprimerie"].headcount == 9


async def test_the_sample_file_can_be_imported(home, nadia):
    sample = (await nadia.browser.get(f"{LIST}/sample.csv")).content
    at = await nadia.applied(sample)
    assert "2 créées" in words(await nadia.page(f"{at}/apply"))
    assert all(view.is_sample for view in (await by_name(home)).values())


@pytest.mark.parametrize("roles", [["member"], ["operator"]])
async def test_nobody_but_staff_comes_here(home, nadia, roles):
    at = await nadia.previewed(SHEET)
    async with home.browser(roles=roles) as browser:
        browser.headers["Sec-Fetch-Site"] = "same-origin"
        for address in (LIST, f"{at}/columns", f"{at}/preview", f"{at}/apply", f"{at}/undo",
                        f"{at}/rows/4", f"{at}/refused.csv", f"{LIST}/sample.csv"):  # fmt: skip
            assert (await browser.get(address)).status_code == 403, address
        for address in (LIST, f"{at}/columns", f"{at}/apply", f"{at}/undo", f"{at}/discard",
                        f"{at}/rows/4", f"{at}/rows/4/leave-out", f"{at}/rows/4/take-in"):  # fmt: skip
            assert (await browser.post(address)).status_code == 403, address


async def test_a_workbook_is_read_as_a_csv_is(home, nadia):
    sheet = workbook(
        [["Raison sociale", "SIREN", "CP", "Ville"], ["Une", 552032534, 15000, "Aurillac"]]
    )
    at = await nadia.applied(sheet)
    record = (await by_name(home))["Une"]
    assert (record.siren, record.commune.name) == ("552032534", "Aurillac")
    assert "1 créée" in words(await nadia.page(f"{at}/apply"))
