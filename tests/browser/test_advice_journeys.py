"""What people do in peer advice with a script: read while they type, look further, tick."""

import re

from playwright.sync_api import expect

LIST = "/advice/requests"


def test_what_helped_others_is_shown_while_one_types_and_the_field_keeps_its_focus(people):
    with people.visiting("manager") as visit:
        page = visit.page
        page.goto(f"{LIST}/new")
        page.locator("#title").press_sequentially("Louer un broyeur", delay=20)
        expect(page.locator("#alike")).to_contain_text("Un atelier partagé à Figeac")
        expect(page.locator("#title")).to_be_focused()
        page.locator("#title").fill("Zzyzx")
        expect(page.locator("#alike")).to_be_empty()
        assert visit.complaints == []


def test_the_board_is_searched_while_one_types_and_says_how_many(people):
    with people.visiting("manager") as visit:
        page = visit.page
        page.goto(f"{LIST}?tab=all")
        page.locator("#q").press_sequentially("broyeur", delay=20)
        expect(page.locator("main ol h3 a")).to_have_count(1)
        expect(page.locator("main h2")).to_have_text("1 demande")
        expect(page.locator("#said")).to_have_text("1 demande")
        expect(page.locator("#q")).to_be_focused()
        expect(page).to_have_url(re.compile(r"tab=all&q=broyeur$"))
        assert visit.complaints == []


def test_a_whole_row_ticks_and_stays_ticked_while_one_looks_further(people):
    with people.visiting("manager") as visit:
        page = visit.page
        page.goto(people.stage.address(f"{LIST}/{{request}}/neighbours"))
        row = page.locator("main ol li").first
        name = row.locator("input").get_attribute("name")
        box = page.locator(f"input[name='{name}']")
        row.click()
        expect(box).to_be_checked()
        page.get_by_role("button", name="Tout le réseau").click()
        page.wait_for_url(re.compile("km=all"))
        expect(box).to_be_checked()
        expect(page.locator("main input:checked")).to_have_count(1)
        assert visit.complaints == []
