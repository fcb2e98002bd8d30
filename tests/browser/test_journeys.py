"""What people come for, each once from beginning to end: by keyboard, and without a script."""

import re

from playwright.sync_api import Page, expect

from testkit.chromium.people import STRANGER, sign_in
from testkit.chromium.windows import PHONE

PLACES = 200
"""More places than any page has."""


def tab_to(page: Page, name: str) -> None:
    """Press Tab until what is called so has the focus."""
    said = re.compile(rf"(^|\s){re.escape(name)}")
    named = page.get_by_role("link", name=said).or_(page.get_by_role("button", name=said))
    wanted = named.or_(page.get_by_label(name, exact=True))
    for _ in range(PLACES):
        page.keyboard.press("Tab")
        focused = page.locator(":focus")
        if focused.count() and wanted.and_(focused).count():
            return
    raise AssertionError(f"Tab does not lead to: {name}")


def press(page: Page, name: str) -> None:
    """Go there by keyboard, and press it."""
    tab_to(page, name)
    page.keyboard.press("Enter")


def heading(page: Page, text: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(text)


def test_a_record_is_found_from_signing_in_and_back_by_keyboard_alone(people):
    with people.visiting(STRANGER) as visit:
        page = visit.page
        page.goto("/")
        heading(page, "Se connecter")
        press(page, "Paule Ricard")
        heading(page, "Accueil")
        press(page, "Annuaire")
        heading(page, "Annuaire")
        found = page.locator("main ol h3 a").first.inner_text()
        page.keyboard.press("/")
        page.keyboard.type(found)
        page.keyboard.press("Enter")
        expect(page).to_have_url(re.compile(r"[?&]q="))
        expect(page.locator("main ol h3 a").first).to_have_text(found)
        press(page, found)
        heading(page, found)
        page.go_back()  # a key of the browser itself, which takes none without a window
        expect(page.get_by_role("main").get_by_role("searchbox")).to_have_value(found)
        assert visit.complaints == []


def test_a_record_is_found_from_signing_in_without_a_script(people):
    with people.visiting(STRANGER, java_script_enabled=False) as visit:
        page = visit.page
        sign_in(page, "manager")
        page.get_by_role("link", name="Annuaire").first.click()
        found = page.locator("main ol h3 a").first.inner_text()
        page.get_by_role("main").get_by_role("searchbox").fill(found)
        page.get_by_role("button", name="Chercher").click()
        page.locator("main ol h3 a").first.click()
        heading(page, found)


def test_the_skip_link_leads_past_the_menu(people):
    with people.visiting("manager") as visit:
        page = visit.page
        page.goto("/directory/organisations")
        page.keyboard.press("Tab")
        expect(page.locator(":focus")).to_have_text("Aller au contenu")
        expect(page.locator(":focus")).to_be_in_viewport()
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        assert page.locator("main :focus").count() == 1


def test_a_theme_changes_what_one_sees_and_stays(people):
    colour = "getComputedStyle(document.body).backgroundColor"
    with people.visiting("manager") as visit:
        page = visit.page
        page.goto("/help")
        light = page.evaluate(colour)
        press(page, "Apparence")
        press(page, "Sombre")
        expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
        heading(page, "Aide")
        dark = page.evaluate(colour)
        page.goto("/me")
        assert dark != light
        assert page.evaluate(colour) == dark
        expect(page.get_by_label("Sombre")).to_be_checked()
        page.emulate_media(color_scheme="dark")
        page.get_by_label("Clair").check()
        page.get_by_role("button", name="Enregistrer l’apparence").click()
        expect(page.locator("html")).to_have_attribute("data-bs-theme", "light")
        assert page.evaluate(colour) == light
        assert visit.complaints == []


def test_the_language_changes_by_keyboard_and_without_a_script(people):
    with people.visiting("manager") as visit:
        page = visit.page
        page.goto("/help")
        press(page, "EN English version")
        heading(page, "Help")
        expect(page.get_by_text("Saved.")).to_be_visible()
    with people.visiting("manager", java_script_enabled=False) as visit:
        page = visit.page
        page.goto("/me")
        page.get_by_label("English").check()
        page.get_by_role("button", name="Enregistrer la langue").click()
        heading(page, "My choices")
        page.goto("/")
        expect(page.locator("html")).to_have_attribute("lang", "en")


def test_the_menu_of_a_phone_opens_and_gives_the_focus_back(people):
    with people.visiting("manager", viewport=PHONE) as visit:
        page = visit.page
        page.goto("/")
        menu = page.locator("#all-menu")
        expect(menu).to_be_hidden()
        press(page, "Menu")
        expect(menu.get_by_role("link", name="Annuaire")).to_be_visible()
        page.keyboard.press("Escape")
        expect(menu).to_be_hidden()
        expect(page.get_by_role("button", name="Menu")).to_be_focused()
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        assert page.locator("#all-menu :focus").count() == 1
        press(page, "Aide")
        heading(page, "Aide")


def test_after_signing_out_the_way_back_shows_nothing_that_is_private(people):
    with people.visiting(STRANGER) as visit:
        page = visit.page
        sign_in(page, "staff", "/directory/organisations")
        private = page.locator("main ol h3 a").last.inner_text()
        press(page, "Votre compte")
        press(page, "Se déconnecter")
        heading(page, "Se connecter")
        page.go_back()
        heading(page, "Se connecter")
        assert private not in page.content()


def test_the_menu_stays_while_a_long_list_is_read(people):
    with people.visiting("manager") as visit:
        page = visit.page
        page.goto("/directory/organisations")
        page.locator("footer").scroll_into_view_if_needed()
        expect(page.get_by_role("contentinfo")).to_be_in_viewport()
        expect(page.get_by_role("navigation", name="Menu principal")).to_be_in_viewport(ratio=0.9)
        expect(page.get_by_role("button", name="Votre compte")).to_be_in_viewport()
