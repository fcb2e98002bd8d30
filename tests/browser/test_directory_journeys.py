"""What people do in the directory: search while they type, choose, write, take back."""

import re

from playwright.sync_api import expect

from testkit.chromium.windows import PHONE

LIST = "/directory/organisations"


def test_a_search_while_typing_changes_the_list_alone_and_says_how_many(people):
    with people.visiting("manager") as visit:
        page = visit.page
        page.goto(LIST)
        found = page.locator("main ol h3 a").first.inner_text()
        before = page.locator("#found").inner_text()
        page.locator("#q").press_sequentially(found, delay=20)
        expect(page.locator("#found")).not_to_have_text(before)
        expect(page.locator("main ol h3 a").first).to_have_text(found)
        expect(page.locator("#q")).to_be_focused()
        expect(page.locator("#said")).to_have_text(page.locator("#found").inner_text())
        assert "q=" in page.url
        page.reload()
        expect(page.locator("#q")).to_have_value(found)
        assert visit.complaints == []


def test_a_place_is_chosen_among_those_that_are_offered(people):
    with people.visiting("manager") as visit:
        page = visit.page
        page.goto(LIST)
        page.locator("#near").press_sequentially("Toulous", delay=20)
        page.get_by_role("option", name="Toulouse").first.click()
        expect(page.locator("#found")).to_have_text(re.compile("à moins de 50\\skm de Toulouse"))
        expect(page.locator("main svg circle.radius")).to_have_count(1)
        assert visit.complaints == []


def test_on_a_phone_the_filters_open_over_the_list_and_close_again(people):
    with people.visiting("manager", viewport=PHONE) as visit:
        page = visit.page
        page.goto(LIST)
        expect(page.locator("#facets")).not_to_be_visible()
        page.get_by_role("button", name="Filtres").click()
        expect(page.locator("#facets")).to_be_visible()
        page.keyboard.press("Escape")
        expect(page.locator("#facets")).not_to_be_visible()
        page.get_by_role("link", name="Carte", exact=True).click()
        expect(page.get_by_role("heading", name="Carte")).to_be_visible()
        assert visit.complaints == []


def test_staff_write_an_organisation_down_correct_it_and_take_a_change_back(people):
    with people.visiting("staff") as visit:
        page = visit.page
        page.goto(f"{LIST}/new")
        page.get_by_role("button", name="Enregistrer").click()
        expect(page).to_have_title(re.compile("À corriger"))
        expect(page.locator("#summary")).to_be_focused()
        page.locator("#summary a").first.click()
        expect(page.get_by_label("Nom", exact=True)).to_be_focused()
        page.keyboard.type("Scierie du Causse Noir")
        page.get_by_role("button", name="Enregistrer").click()
        expect(page.get_by_role("status").first).to_contain_text("est dans l’annuaire")
        page.get_by_role("link", name="Modifier").first.click()
        page.get_by_label("Effectif").fill("12")
        page.get_by_role("button", name="Enregistrer").click()
        expect(page.locator(".five")).to_contain_text("12 salarié·e·s")
        page.get_by_role("button", name="Annuler").click()
        expect(page.locator(".five")).not_to_contain_text("12 salarié·e·s")
        expected = [one for one in visit.complaints if "422" not in one]
        assert expected == []


def test_two_who_write_at_once_choose_what_stays(people):
    with people.context("staff") as context:
        first, second = context.new_page(), context.new_page()
        first.goto(f"{LIST}/new")
        first.get_by_label("Nom", exact=True).fill("Deux plumes")
        first.get_by_role("button", name="Enregistrer").click()
        record = first.url
        for page, name in ((first, "Première plume"), (second, "Seconde plume")):
            page.goto(f"{record}/edit")
            page.get_by_label("Nom", exact=True).fill(name)
        first.get_by_role("button", name="Enregistrer").click()
        expect(first.get_by_role("heading", level=1)).to_have_text("Première plume")
        second.get_by_role("button", name="Enregistrer").click()
        expect(second.get_by_role("heading", level=1)).to_have_text("Choisissez ce qui reste")
        second.get_by_label("Enregistré").check()
        second.get_by_role("button", name="Enregistrer").click()
        expect(second.get_by_role("heading", level=1)).to_have_text("Première plume")
