"""Searching from any page: what the directory finds, and the SIREN that leads to its record."""

import re

import pytest

from testkit.page_rules import Page, breaches

SIREN = "000123455"


@pytest.fixture
async def browser(home, staff):
    """A browser at a directory of eleven organisations; `browser.atelier` is one's page."""
    names = ["Atelier du Canal", *(f"Menuiserie {number}" for number in range(10))]
    for name in names:
        more = {"siren": SIREN, "commune": {"code": "31555"}} if "Canal" in name else {}
        body = {"name": name, "statute": "scop", **more}
        answer = await staff.post("/organisations", json=body)
        assert answer.status_code == 201, answer.text
        if more:
            atelier = f"/directory/organisations/{answer.json()['id']}"
    async with home.browser() as browser:
        browser.atelier = atelier
        yield browser


def names(answer):
    return re.findall(r'<h3><a href="/directory/organisations/[0-9a-f-]+">(.*?)</a>', answer.text)


async def test_the_eight_best_are_there_at_once_with_a_link_to_all(browser):
    answer = await browser.get("/search", params={"q": "menuiserie"})
    assert answer.status_code == 200
    assert list(breaches(answer.text)) == []
    assert len(names(answer)) == 8
    links = {one["href"]: one for one in Page(answer.text).all("a")}
    assert "/directory/organisations?q=menuiserie" in links
    assert "Voir les 10 structures" in answer.text
    (field,) = [one for one in Page(answer.text).all("input") if one.get("id") == "q"]
    assert field["value"] == "menuiserie"


@pytest.mark.parametrize("typed", [SIREN, "000 123 455", " 000.123.455 ", "000\u00a0123\u00a0455"])
async def test_a_siren_leads_straight_to_its_record(browser, typed):
    answer = await browser.get("/search", params={"q": typed})
    assert (answer.status_code, answer.headers["location"]) == (303, f"/directory/siren/{SIREN}")
    onward = await browser.get(answer.headers["location"])
    assert (onward.status_code, onward.headers["location"]) == (303, browser.atelier)


async def test_a_siren_that_nobody_has_leads_to_a_list_that_says_so(browser):
    answer = await browser.get("/directory/siren/552032534")
    assert answer.headers["location"] == "/directory/organisations?q=552032534"
    assert "Aucune structure ne correspond." in (await browser.get(answer.headers["location"])).text


@pytest.mark.parametrize("typed", ["zzzzqqqq", "!!!", "\x00\x1b", "a\x00b", "x" * 300, "<b>&", "'"])
async def test_what_finds_nothing_or_is_strange_is_a_page_too(browser, typed):
    answer = await browser.get("/search", params={"q": typed})
    assert answer.status_code == 200
    assert list(breaches(answer.text)) == []
    assert names(answer) == []
    part = await browser.get("/directory/parts/found", params={"q": typed})
    assert part.status_code == 200


async def test_without_a_word_it_asks_what_is_looked_for(browser):
    answer = await browser.get("/search")
    assert "Que cherchez-vous" in answer.text
    assert "Aucune structure" not in answer.text
    assert list(breaches(answer.text)) == []


async def test_the_field_is_on_every_page_of_whoever_is_signed_in(browser):
    answer = await browser.get("/help")
    (field,) = [one for one in Page(answer.text).all("input") if one.get("id") == "find"]
    assert (field["name"], field["aria-keyshortcuts"]) == ("q", "/")
