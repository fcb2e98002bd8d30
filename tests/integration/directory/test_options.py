"""Options of fields, for what somebody begins to type: communes and trades."""

import csv
import io
import re

import pytest

from intercoop_directory.communes.domain import PlaceName, name_key
from intercoop_directory.communes.handlers import shipped
from testkit.page_rules import Page, breaches_of_policy, unknown_classes

COMMUNES = "/directory/parts/communes"
TRADES = "/directory/parts/trades"


def options(answer):
    """The values of the options, in their order."""
    assert answer.status_code == 200, answer.text
    part = Page(answer.text)
    assert [*part.wrong, *breaches_of_policy(part), *unknown_classes(part)] == []
    assert "<html" not in answer.text
    assert {one["role"] for one in part.all("li")} <= {"option"}
    return [one["data-autocomplete-value"] for one in part.all("li")]


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("tou", "Toulouse (31)"),
        ("TOULOUSE", "Toulouse (31)"),
        ("st flo", "Saint-Flour (15)"),
        ("port", "Le Port (974)"),
        ("le po", "Le Port (974)"),
        ("toulouse (31)", "Toulouse (31)"),
        ("31000 toul", "Toulouse (31)"),
        ("15100", "Saint-Flour (15)"),
        ("aurilac", "Aurillac (15)"),
        ("neussargues en pin", "Neussargues-Moissac (15)"),
    ],
)
async def test_a_field_for_communes_offers_what_begins_so_else_what_is_like_it(home, typed, first):
    async with home.browser() as browser:
        found = options(await browser.get(COMMUNES, params={"q": typed}))
    assert found[0] == first
    assert len(found) <= 8


@pytest.mark.parametrize("typed", ["", " ", "t", "!!", "zzzzzzzz", "'", "%"])
@pytest.mark.parametrize("address", [COMMUNES, TRADES])
async def test_where_nothing_is_meant_no_option_is_offered(home, address, typed):
    async with home.browser() as browser:
        assert options(await browser.get(address, params={"q": typed})) == []


async def test_what_is_exactly_so_comes_before_what_is_larger(home):
    async with home.browser() as browser:
        found = options(await browser.get(COMMUNES, params={"q": "foix"}))
        larger = options(await browser.get(COMMUNES, params={"q": "villefranche"}))
    assert found == ["Foix (09)"]
    assert larger[:2] == ["Villefranche-sur-Saône (69)", "Villefranche-de-Rouergue (12)"]


def test_the_value_of_an_option_means_one_commune_of_all():
    """A name and its département's number, as a sheet for an import may have it, too."""
    rows = list(csv.DictReader(io.StringIO(shipped("communes.csv"))))
    meant = [PlaceName(name=f"{row['nom']} ({row['departement']})").apart() for row in rows]
    assert [(one.name, one.departement) for one in meant] == [
        (row["nom"], row["departement"]) for row in rows
    ]
    assert len({(name_key(one.name), one.departement) for one in meant}) == len(rows)


async def test_a_field_for_trades_offers_codes_that_an_organisation_may_have(home):
    async with home.browser() as browser:
        by_word = options(await browser.get(TRADES, params={"q": "menuis"}))
        by_code = options(await browser.get(TRADES, params={"q": "43.3"}))
    assert by_word[0] == "16.23Z Fabrication de charpentes et d'autres menuiseries"
    assert "43.32A Travaux de menuiserie bois et PVC" in by_word
    assert by_code == [code for code in by_code if re.match(r"43\.3\d[A-Z] ", code)] != []


@pytest.mark.parametrize("address", [COMMUNES, TRADES])
async def test_a_field_of_a_page_whose_session_is_over_is_told_so_and_not_sent_elsewhere(
    home, address
):
    asked = {"Accept": "text/fragment+html"}
    async with home.browser() as browser:
        browser.cookies.clear()
        answer = await browser.get(address, params={"q": "toulouse"}, headers=asked)
    assert answer.status_code == 401
    assert "<html" not in answer.text
