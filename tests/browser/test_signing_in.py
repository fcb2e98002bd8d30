"""Signing in with a browser of one's own: by mail, at a provider, and by an invitation."""

import re

from playwright.sync_api import expect

from testkit.chromium.people import STRANGER
from testkit.kept_mails import link_to, mail_to
from testkit.sign_in_pages import code_of, link_of

WRONG = "AAAA-AAAA"
CODE = "Votre code"


def ask(page, address, onward="/me"):
    """Ask for a code; the page that takes it follows."""
    page.goto(f"/sign-in?next={onward}")
    page.get_by_label("Votre adresse électronique").fill(address)
    page.get_by_role("button", name="M’envoyer un code").click()
    heading(page, "Le code de votre courriel")


def heading(page, text):
    expect(page.get_by_role("heading", level=1)).to_have_text(text)


def is_signed_in(page):
    expect(page.get_by_role("button", name="Votre compte")).to_be_visible()


def test_the_link_of_the_mail_fills_the_code_in_and_one_button_signs_in(people):
    """A program that looks through mails opens it first, and changes nothing."""
    address = "paule.ricard@midi-pyrenees.example"
    with people.context(STRANGER) as context, people.visiting(STRANGER) as scanner:
        waiting = context.new_page()
        ask(waiting, address)
        page, code = link_of(mail_to(address, people.stage.local, about=CODE))
        scanner.open(f"{page}#{code}")
        scanner.page.reload()
        heading(scanner.page, "Aucun code n’a été demandé dans ce navigateur")
        assert scanner.complaints == []

        opened = context.new_page()
        opened.goto(f"{page}#{code}")
        expect(opened.get_by_label("Code")).to_have_value(code)
        assert code not in opened.url
        opened.get_by_role("button", name="Se connecter").click()
        opened.wait_for_url("**/me")
        is_signed_in(opened)


def test_the_link_is_understood_in_the_tab_that_waits_too(people):
    address = "samir.kaddour@midi-pyrenees.example"
    with people.visiting(STRANGER) as visit:
        ask(visit.page, address)
        page, code = link_of(mail_to(address, people.stage.local, about=CODE))
        visit.page.goto(f"{page}#{code}")
        expect(visit.page.get_by_label("Code")).to_have_value(code)
        visit.page.keyboard.press("Enter")
        visit.page.wait_for_url("**/me")
        assert visit.complaints == []


def test_without_a_script_one_types_the_code_and_is_told_when_it_is_wrong(people):
    address = "jeanne.vidal@midi-pyrenees.example"
    with people.visiting(STRANGER, java_script_enabled=False) as visit:
        page = visit.page
        ask(page, address, "/help")
        code = code_of(mail_to(address, people.stage.local, about=CODE))
        for typed, told in ((WRONG, "Il vous reste 4 essais"), ("oups", "Il vous reste 3 essais")):
            page.get_by_label("Code").fill(typed)
            page.get_by_role("button", name="Se connecter").click()
            expect(page).to_have_title(re.compile("^À corriger"))
            expect(page.get_by_role("alert")).to_contain_text(told)
            expect(page.get_by_label("Code")).to_have_value(typed)
        page.get_by_label("Code").fill(code.lower().replace("-", " "))
        page.get_by_role("button", name="Se connecter").click()
        page.wait_for_url("**/help")
        heading(page, "Aide")


def test_a_wrong_code_is_said_at_its_field_which_the_keyboard_reaches(people):
    with people.visiting(STRANGER) as visit:
        page = visit.page
        ask(page, "camille@example.coop")
        page.get_by_label("Code").fill(WRONG)
        page.keyboard.press("Enter")
        expect(page.get_by_role("alert")).to_be_focused()
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        expect(page.get_by_label("Code")).to_be_focused()
        expect(page.get_by_label("Code")).to_have_attribute("aria-invalid", "true")
        assert visit.complaints == []


def test_a_provider_signs_in_by_its_link_and_leads_to_the_page_one_came_for(people):
    with people.visiting(STRANGER) as visit:
        page = visit.page
        page.goto("/sign-in?next=/me")
        page.get_by_role("link", name="Continuer avec").click()
        page.wait_for_url("**/me")
        is_signed_in(page)
        assert visit.complaints == []


def test_who_comes_back_from_a_provider_late_begins_again(people):
    with people.visiting(STRANGER) as visit:
        page = visit.page
        page.goto("/directory/sign-in/provider/return?code=x&state=y")
        heading(page, "Cette connexion ne peut pas aboutir.")
        page.get_by_role("link", name="Revenir à la connexion").click()
        heading(page, "Se connecter")
        assert visit.complaints == []


def test_somebody_who_is_invited_comes_in_by_the_link_of_the_mail(people):
    address = "ines.fabre@midi-pyrenees.example"
    with people.visiting("staff") as staff, people.visiting(STRANGER) as newcomer:
        staff.page.goto("/directory/team/give")
        staff.page.get_by_label("Prénom").fill("Ines")
        staff.page.get_by_label("Nom", exact=True).fill("Fabre")
        staff.page.get_by_label("Courriel").fill(address)
        staff.page.get_by_role("button", name="Donner le rôle").click()
        heading(staff.page, "Équipe")
        expect(staff.page.get_by_text("Ines Fabre", exact=True)).to_be_visible()

        page = newcomer.page
        page.goto(link_to(address, people.stage.local))
        heading(page, "Bienvenue, Ines Fabre")
        page.get_by_role("button", name="Ouvrir mon compte").click()
        is_signed_in(page)
        page.goto("/directory/team")
        heading(page, "Équipe")
        assert newcomer.complaints == []
