"""Staff write organisations down and change them; two who do so at once lose nothing."""

import re

import pytest

from testkit.page_rules import Page, breaches

LIST = "/directory/organisations"
OWN = {"Sec-Fetch-Site": "same-origin"}
ATELIER = {
    "name": "Atelier du Canal",
    "siren": "000123455",
    "statute": "scop",
    "form": "SARL",
    "trade": "43.32A",
    "headcount": 14,
    "commune": {"code": "31555", "postcode": "31000"},
    "contact": {"email": "contact@atelier.example"},
    "expertise": ["machines"],
    "links": [{"kind": "union", "owner": "midi-pyrenees", "since": "2012-01-01"}],
}


@pytest.fixture
async def nadia(home):
    """A browser of staff."""
    async with home.browser(roles=["staff"]) as browser:
        browser.base_url = "https://directory.test"  # what is said once travels in a secure cookie
        browser.headers.update(OWN)
        yield browser


@pytest.fixture
async def atelier(staff):
    """The address of an organisation's page."""
    answer = await staff.post("/organisations", json=ATELIER)
    assert answer.status_code == 201, answer.text
    return f"{LIST}/{answer.json()['id']}"


def fields(text):
    """What a browser would send of the page's form as it is."""
    form = text.partition('<form class="parts"')[2].partition("</form>")[0]
    page = Page(f"<form>{form.partition('>')[2]}</form>")
    sent = {}
    for one in page.all("input"):
        is_tick = one.get("type") in {"checkbox", "radio"}
        if "name" in one and (not is_tick or "checked" in one):
            sent[one["name"]] = one.get("value", "")
    for name, inside in re.findall(
        r'<select[^>]* name="([^"]*)"[^>]*>(.*?)</select>', form, re.DOTALL
    ):
        chosen = [one for one in Page(inside).all("option") if "selected" in one]
        sent[name] = chosen[0]["value"] if chosen else ""
    areas = re.findall(r'<textarea[^>]* name="([^"]*)"[^>]*>(.*?)</textarea>', form, re.DOTALL)
    sent |= dict(areas)
    return {name: unescaped(value) for name, value in sent.items()}


def unescaped(text):
    for entity, letter in (
        ("&#34;", '"'),
        ("&#39;", "'"),
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&amp;", "&"),
    ):
        text = text.replace(entity, letter)
    return text


def words(text):
    plain = re.sub(r"<[^>]*>", " ", text.partition("<main")[2])
    return " ".join(plain.replace("\u00a0", " ").replace("\u202f", " ").split())


async def opened(browser, address):
    answer = await browser.get(address)
    assert answer.status_code == 200, answer.text
    assert list(breaches(answer.text)) == []
    return fields(answer.text)


async def sent(browser, address, form, **changed):
    answer = await browser.post(address, data={**form, **changed})
    if answer.status_code != 303:
        assert list(breaches(answer.text)) == []
    return answer


async def test_an_organisation_is_written_down_as_people_write(home, nadia):
    form = await opened(nadia, f"{LIST}/new")
    answer = await sent(
        nadia, f"{LIST}/new", form, name="Bois et Cie", siren="000 123 455",
        headcount="1 250", trade="43.32A Travaux de menuiserie bois et PVC",
        commune="31000 Toulouse (31)", expertise="machines, locaux",
        joined="3/12/2012", **{"links.0.since": "1/3/2012", "contact.phone": "05 61 00 00 00"},
    )  # fmt: skip
    assert answer.status_code == 303, words(answer.text)
    record = await nadia.get(answer.headers["location"])
    text = words(record.text)
    for said in ("Bois et Cie est dans l’annuaire.", "000 123 455", "1 250", "43.32A",
                 "31000 Toulouse", "locaux", "3 décembre 2012", "1er mars 2012"):  # fmt: skip
        assert said in text, said
    (published,) = await home.published()
    assert published.after.expertise == ("machines", "locaux")
    assert published.after.commune.postcode == "31000"


async def test_what_has_to_be_corrected_is_said_at_each_field_and_what_was_typed_stays(nadia):
    form = await opened(nadia, f"{LIST}/new")
    answer = await sent(
        nadia, f"{LIST}/new", form, siren="00012345", headcount="beaucoup",
        joined="31/2/2020", commune="Saint-Martin", trade="bois", **{"links.0.since": ""},
    )  # fmt: skip
    assert answer.status_code == 422
    assert re.search(r"<title>À corriger\u00a0: Ajouter une structure", answer.text)
    page = Page(answer.text)
    wrong = {one["name"]: one for one in page.all("input") if one.get("aria-invalid") == "true"}
    assert {"name", "headcount", "joined", "links.0.since"} <= set(wrong)
    links = {one["href"] for one in page.all("a")}
    for name, field in wrong.items():
        assert f"#{name}" in links
        assert f"{name}-fault" in field["aria-describedby"]
        assert f'id="{name}-fault"' in answer.text
    assert wrong["headcount"]["value"] == "beaucoup"
    assert wrong["joined"]["value"] == "31/2/2020"
    (summary,) = [one for _, one in page.tags if one.get("id") == "summary"]
    assert "autofocus" in summary


async def test_words_that_may_mean_several_are_asked_about_and_chosen(home, nadia):
    form = await opened(nadia, f"{LIST}/new")
    asked = await sent(
        nadia, f"{LIST}/new", form, name="Bois", commune="Saint-Martin", trade="bois"
    )
    assert asked.status_code == 422
    assert "Quelle commune est-ce ?" in words(asked.text)
    offered = {
        name: [one["value"] for one in Page(asked.text).all("input") if one.get("name") == name]
        for name in ("commune.code", "trade.code")
    }
    assert all(offered.values())
    chosen = {name: values[0] for name, values in offered.items()}
    answer = await sent(nadia, f"{LIST}/new", fields(asked.text), **chosen)
    assert answer.status_code == 303, words(answer.text)
    (published,) = await home.published()
    assert published.after.commune.code == chosen["commune.code"]
    assert published.after.trade == chosen["trade.code"]


async def test_a_siren_that_is_taken_is_said_at_its_field(nadia, atelier):
    form = await opened(nadia, f"{LIST}/new")
    answer = await sent(nadia, f"{LIST}/new", form, name="Autre", siren="000123455")
    assert answer.status_code == 422
    assert "Une autre structure d’ici a déjà ce SIREN" in words(answer.text)


async def test_a_form_that_is_sent_twice_has_one_effect(home, nadia):
    form = await opened(nadia, f"{LIST}/new")
    first = await sent(nadia, f"{LIST}/new", form, name="Bois")
    second = await sent(nadia, f"{LIST}/new", form, name="Bois")
    assert first.headers["location"] == second.headers["location"]
    assert len(await home.published()) == 1
    changed = await sent(nadia, f"{LIST}/new", form, name="Fer")  # by the browser's way back
    assert changed.status_code == 303
    assert {one.after.name for one in await home.published()} == {"Bois", "Fer"}
    wrong = await sent(nadia, f"{LIST}/new", {**form, "once": "x"}, name="")
    again = await sent(nadia, f"{LIST}/new", {**form, "once": "x"}, name="")
    assert (wrong.status_code, again.status_code) == (422, 422)


async def test_a_form_that_nobody_changed_changes_nothing(home, nadia, atelier):
    form = await opened(nadia, f"{atelier}/edit")
    answer = await sent(nadia, f"{atelier}/edit", form)
    assert answer.status_code == 303
    assert "Il n’y avait rien à changer." in words((await nadia.get(atelier)).text)
    (published,) = await home.published()
    assert published.version == 1


async def test_a_change_is_taken_back_by_the_link_that_is_said_with_it(home, nadia, atelier):
    form = await opened(nadia, f"{atelier}/edit")
    await sent(nadia, f"{atelier}/edit", form, headcount="15", name="Canal")
    page = await nadia.get(atelier)
    assert "Enregistré. Annuler" in words(page.text)
    (undo,) = [one["action"] for one in Page(page.text).all("form") if "/undo" in one["action"]]
    clicks = [(await nadia.post(undo)).status_code for _ in range(2)]
    (published,) = await home.published()
    assert (published.after.headcount, published.after.name) == (14, "Atelier du Canal")
    assert (clicks, published.version) == ([303, 303], 3)


async def test_a_change_that_somebody_has_built_on_is_not_taken_back(home, nadia, atelier):
    for headcount in ("15", "16"):
        form = await opened(nadia, f"{atelier}/edit")
        await sent(nadia, f"{atelier}/edit", form, headcount=headcount)
    assert (await nadia.post(f"{atelier}/undo?version=2")).status_code == 409
    (published,) = await home.published()
    assert published.after.headcount == 16


async def test_a_change_that_an_import_came_after_is_not_taken_back(home, nadia, staff, atelier):
    form = await opened(nadia, f"{atelier}/edit")
    await sent(nadia, f"{atelier}/edit", form, headcount="15")
    sheet = "Nom;SIREN;Effectif\nAtelier du Canal;000123455;16\n"
    headers = {"Content-Type": "text/csv"}
    imported = await staff.post("/organisations/import", content=sheet, headers=headers)
    assert imported.json()["changed"] == 1, imported.text
    assert (await nadia.post(f"{atelier}/undo?version=2")).status_code == 409
    (published,) = await home.published()
    assert published.after.headcount == 16


async def test_who_changed_nothing_is_not_offered_to_take_back_what_somebody_else_has(
    home, nadia, atelier
):
    mine, theirs = await opened(nadia, f"{atelier}/edit"), await opened(nadia, f"{atelier}/edit")
    await sent(nadia, f"{atelier}/edit", theirs, headcount="15")
    await nadia.get(atelier)
    assert (await sent(nadia, f"{atelier}/edit", mine, headcount="15")).status_code == 303
    page = await nadia.get(atelier)
    assert "Il n’y avait rien à changer." in words(page.text)
    assert "/undo" not in page.text


async def test_what_two_people_changed_apart_is_joined_unseen(home, nadia, atelier):
    mine, theirs = await opened(nadia, f"{atelier}/edit"), await opened(nadia, f"{atelier}/edit")
    await sent(nadia, f"{atelier}/edit", theirs, headcount="15")
    answer = await sent(nadia, f"{atelier}/edit", mine, acronym="AC")
    assert answer.status_code == 303
    assert "avec ce que quelqu’un d’autre a changé" in words((await nadia.get(atelier)).text)
    (published,) = await home.published()
    assert (published.after.headcount, published.after.acronym) == (15, "AC")


async def test_where_two_people_contradict_each_other_one_chooses_and_nothing_is_lost(
    home, nadia, atelier
):
    mine, theirs = await opened(nadia, f"{atelier}/edit"), await opened(nadia, f"{atelier}/edit")
    await sent(
        nadia, f"{atelier}/edit", theirs, name="Leur nom", acronym="LN",
        commune="Foix (09)", **{"links.0.since": "2013-01-01", "commune.code": ""},
    )  # fmt: skip
    answer = await sent(
        nadia, f"{atelier}/edit", mine, name='Mon "nom" <b>', headcount="20",
        commune="Rodez (12)", **{"links.0.since": "2014-01-01", "commune.code": ""},
    )  # fmt: skip
    assert answer.status_code == 409
    text = words(answer.text)
    assert "Choisissez ce qui reste" in text
    assert re.search(r"Enregistré à \d+ h \d\d Leur nom", text)
    assert "<b>" not in answer.text
    chosen = fields(answer.text)
    assert chosen["name"] == 'Mon "nom" <b>'
    (foix,) = [
        one["value"] for one in Page(answer.text).all("input")
        if one.get("name") == "commune" and "Foix" in one["value"]
    ]  # fmt: skip
    done = await sent(nadia, f"{atelier}/edit", chosen, commune=unescaped(foix))
    assert done.status_code == 303, words(done.text)
    (published,) = await home.published()
    view = published.after
    assert (view.name, view.acronym, view.headcount) == ('Mon "nom" <b>', "LN", 20)
    assert (view.commune.name, view.links[0].since.year) == ("Foix", 2014)


@pytest.mark.parametrize("changed", [{"was": "x"}, {"version": ""}, {"was": '{"name": 3}'}])
async def test_a_form_that_is_not_ours_is_a_page_that_says_so(nadia, atelier, changed):
    form = await opened(nadia, f"{atelier}/edit")
    assert (await sent(nadia, f"{atelier}/edit", form, **changed)).status_code == 422


async def test_members_read_and_staff_write(home, atelier):
    async with home.browser() as member:
        member.headers.update(OWN)
        record, listed = await member.get(atelier), await member.get(LIST)
        assert "/edit" not in record.text
        assert f"{LIST}/new" not in listed.text
        for address in (f"{atelier}/edit", f"{LIST}/new"):
            assert (await member.get(address)).status_code == 403
            assert (await member.post(address, data={"name": "x"})).status_code == 403
        assert (await member.post(f"{atelier}/undo?version=2")).status_code == 403
