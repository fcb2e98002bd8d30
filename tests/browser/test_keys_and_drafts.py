"""Letters that lead somewhere, and what is typed and not lost."""

import re

from playwright.sync_api import Route, expect

FORM = (
    '<form data-draft="note" method="post" action="/no/such/page"><label for="note">Note</label>'
    '<textarea id="note" name="note"></textarea><button>Envoyer</button></form>'
)


def with_a_form(route: Route) -> None:
    """The page of help with a form in it, which leads to a page that is not there."""
    answer = route.fetch()
    route.fulfill(response=answer, body=answer.text().replace("</h1>", f"</h1>{FORM}", 1))


def test_letters_lead_where_help_says(people):
    with people.visiting("manager") as visit:
        page = visit.page
        page.goto("/")
        page.keyboard.press("g")
        page.keyboard.press("a")
        page.wait_for_url("**/directory/organisations")
        lines = page.locator("main ol h3 a")
        page.keyboard.press("j")
        expect(lines.nth(0)).to_be_focused()
        page.keyboard.press("j")
        expect(lines.nth(1)).to_be_focused()
        page.keyboard.press("k")
        expect(lines.nth(0)).to_be_focused()
        page.keyboard.press("/")
        expect(page.locator("#find")).to_be_focused()
        page.keyboard.type("ga?")
        expect(page.locator("#find")).to_have_value("ga?")
        page.keyboard.press("Escape")
        page.keyboard.press("?")
        page.wait_for_url("**/help")
        assert visit.complaints == []


def test_letters_do_nothing_once_they_are_turned_off(people):
    with people.visiting("manager") as visit:
        page = visit.page
        page.goto("/me")
        page.get_by_label("Pas de raccourcis").check()
        page.get_by_role("button", name="Enregistrer le choix des touches").click()
        expect(page.locator("html")).to_have_attribute("data-keys", "off")
        page.keyboard.press("/")
        expect(page.locator("#find")).not_to_be_focused()
        page.keyboard.press("?")
        expect(page).to_have_url(re.compile("/me$"))


def test_what_was_typed_is_offered_again_until_it_was_taken(people):
    with people.visiting("manager") as visit:
        page = visit.page
        page.route("**/help", with_a_form)
        page.goto("/help")
        page.get_by_label("Note").fill("Bonjour à toutes")
        page.reload()
        offer = page.get_by_role("button", name="Reprendre votre texte de")
        expect(offer).to_have_text(
            re.compile("Reprendre votre texte de [0-9]+\u00a0h\u00a0[0-9]{2}")
        )
        offer.click()
        expect(page.get_by_label("Note")).to_have_value("Bonjour à toutes")
        page.get_by_role("button", name="Envoyer").click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("n’existe pas")
        page.goto("/help")
        page.get_by_role("button", name="L’oublier").click()
        page.reload()
        expect(page.get_by_label("Note")).to_be_visible()
        expect(page.get_by_role("button", name="Reprendre votre texte de")).to_have_count(0)


def test_the_bell_says_how_much_is_new_and_leads_there_without_a_script(people):
    with people.visiting("manager", java_script_enabled=False) as visit:
        page = visit.page
        page.goto("/")
        page.get_by_role("link", name="Notifications").first.click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Notifications")
