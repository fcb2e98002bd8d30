"""The agenda as people use it: by week, narrowed, around a place, as a month, and what is over."""

import re
from datetime import timedelta

import pytest

from intercoop_contracts.directory import CommuneView
from intercoop_contracts.events import MEETINGS
from testkit.events_pages import HOSTILE, LIST, member, page, words
from testkit.events_service import announced
from testkit.ids import new_id
from testkit.in_memory_network import state_event
from testkit.page_rules import Page

FIGEAC = CommuneView(code="46102", name="Figeac", departement="46", lat=44.6, lon=2.03)
OTHER_FIGEAC = CommuneView(code="2A999", name="Figeac", departement="2A", lat=42.1, lon=8.9)


@pytest.fixture
async def lucie(home):
    """Somebody of a co-operative in Figeac."""
    figeac = await home.knows_organisation(name="Imprimerie du Cantal", commune=FIGEAC)
    async with await member(home, organisation=figeac) as browser:
        yield browser


@pytest.fixture
async def of_auvergne(home):
    """Have Auvergne announce a meeting; it calls itself Union d'Auvergne."""
    await home.knows_organisation("auvergne", name="Union d'Auvergne", kind="union")

    async def announce(**fields):
        meeting = new_id("auvergne")
        view = announced(home, **fields)
        await home.consumer.receive([state_event(MEETINGS, "auvergne", meeting, view)])
        return meeting

    return announce


def titles(text):
    return re.findall(r'<h3><a href="/events/meetings/[0-9a-f-]+">(.*?)</a>', text)


async def test_coming_meetings_stand_under_their_weeks_with_day_place_and_seats(
    home, announce, lucie, of_auvergne
):
    now = home.clock()
    await announce(title="Lire un bilan", seats=18)
    later = (now + timedelta(days=40)).isoformat(), (now + timedelta(days=40, hours=2)).isoformat()
    await announce(title="Acheter ensemble", starts=later[0], ends=later[1])
    await of_auvergne(title="Ailleurs en Auvergne")
    text = await page(lucie, LIST)
    assert titles(text)[-1] == "Acheter ensemble"
    assert set(titles(text)) == {"Lire un bilan", "Acheter ensemble", "Ailleurs en Auvergne"}
    said = words(text)
    assert "3 rencontres" in said
    assert "Il reste 18 places sur 18" in said
    assert "Visite · Toulouse (31)" in said
    assert "Union d&#39;Auvergne" in said
    assert "Semaine du" in said
    assert re.search(r"(lun|mar|mercre|jeu|vendre|same)di \d|dimanche \d", said)


async def test_filters_are_in_the_address_and_counted(announce, lucie, of_auvergne):
    await announce(title="Un atelier", format="workshop")
    await announce(title="Une visite")
    await of_auvergne(title="Une visite ailleurs")
    text = await page(lucie, LIST, format="visit")
    assert set(titles(text)) == {"Une visite", "Une visite ailleurs"}
    assert f"{LIST}?format=visit&owner=auvergne" in Page(text).links()
    assert "Atelier 1" in words(text)
    only = await page(lucie, LIST, owner="auvergne")
    assert titles(only) == ["Une visite ailleurs"]
    assert titles(await page(lucie, LIST, q="ATELIÉR")) == ["Un atelier"]


async def test_around_a_place_or_ones_own_co_operative(announce, lucie):
    await announce(title="À Toulouse")
    near = {"commune": "Figeac", "departement": "46", "lat": 44.61, "lon": 2.03}
    await announce(title="À Figeac", place=near)
    text = await page(lucie, LIST)
    (href,) = [link for link in Page(text).links() if "near=Figeac" in link]
    around = await page(lucie, href)
    assert titles(around) == ["À Figeac"]
    assert "1 rencontre à moins de 50 km de Figeac" in words(around)
    assert "· 1 km" in words(around)
    wide = await page(lucie, LIST, near="46100 figeac", km=250)
    assert set(titles(wide)) == {"À Figeac", "À Toulouse"}


async def test_a_place_that_is_unclear_is_asked_about_and_nothing_is_lost(home, lucie):
    await home.knows_organisation(commune=OTHER_FIGEAC)
    text = await page(lucie, LIST, near="Figeac", q="bilan")
    assert "De quelle commune s’agit-il ?" in words(text)
    assert f"{LIST}?q=bilan&near=Figeac+%282A%29" in Page(text).links()
    unknown = await page(lucie, LIST, near="Zzyzx")
    assert "dans une commune appelée « Zzyzx »" in words(unknown)
    options = await lucie.get("/events/parts/places", params={"q": "fig"})
    assert options.text.count('role="option"') == 2


async def test_where_nothing_is_found_each_way_out_says_how_many_it_finds(announce, lucie):
    await announce(title="À Toulouse")
    text = words(await page(lucie, LIST, near="Figeac (46)", km=25, format="visit"))
    assert "Aucune rencontre ne correspond." in text
    assert "Chercher partout : il y en a 1." in text
    empty = words(await page(lucie, LIST, q="introuvable"))
    assert "Chaque mot doit s’y trouver." in empty


async def test_nothing_announced_yet_says_so(lucie):
    assert "Aucune rencontre n’est encore annoncée." in words(await page(lucie, LIST))


async def test_a_month_is_a_table_of_links(home, announce, lucie):
    made = await announce(title="Lire un bilan")
    month = (home.clock() + timedelta(days=10)).strftime("%Y-%m")
    text = await page(lucie, LIST, view="month", month=month)
    assert f"{LIST}/{made['id']}" in Page(text).links()
    assert text.count('<th scope="col">') == 7
    assert "Lire un bilan" in words(text)
    far = words(await page(lucie, LIST, view="month", month="2199-12"))
    assert "Aucune rencontre ce mois-ci." in far


async def test_what_is_over_is_reached_by_a_link_and_the_last_comes_first(home, announce, lucie):
    now = home.clock()
    for days, title in ((1, "La première"), (2, "La seconde")):
        starts = now + timedelta(days=days)
        ends = (starts + timedelta(hours=1)).isoformat()
        await announce(title=title, starts=starts.isoformat(), ends=ends)
    home.clock.advance(days=5)
    text = await page(lucie, LIST)
    assert titles(text) == []
    (href,) = [link for link in Page(text).links() if "past=true" in link]
    assert titles(await page(lucie, href)) == ["La seconde", "La première"]


async def test_the_list_goes_on_where_the_page_ends(announce, lucie):
    for number in range(3):
        await announce(title=f"Rencontre {number}")
    text = await page(lucie, LIST, limit=2)
    (href,) = [link for link in Page(text).links() if "cursor=" in link]
    assert len(titles(text)) == 2
    assert len(titles(await page(lucie, href))) == 1


async def test_while_somebody_types_only_what_is_found_comes_and_says_how_many(announce, lucie):
    await announce(title="Lire un bilan")
    typing = {"HX-Request": "true", "HX-Request-Type": "partial"}
    answer = await lucie.get(LIST, params={"q": "bilan", "near": ""}, headers=typing)
    assert "<html" not in answer.text
    assert 'data-say="1 rencontre"' in answer.text
    assert answer.headers["hx-replace-url"] == f"{LIST}?q=bilan"


async def test_hostile_and_foreign_titles_are_shown_as_they_are(lucie, of_auvergne):
    await of_auvergne(title=HOSTILE, description="<img src=x>")
    await of_auvergne(title="مطبعة التعاونية")
    for query in ({}, {"view": "month"}, {"q": '"><script>', "near": '"><img src=x>'}):
        text = await page(lucie, LIST, **query)
        assert "<script>alert" not in text
        assert "<img src=x" not in text
    assert "مطبعة التعاونية" in await page(lucie, LIST, q="مطبعة")


@pytest.mark.parametrize(
    "query",
    [{"format": "party"}, {"month": "2026-13"}, {"km": "0"}, {"owner": "A B"}, {"cursor": "x"}],
)
async def test_an_address_that_nobody_wrote_is_refused_in_words(lucie, query):
    text = words(await page(lucie, LIST, 422, **query))
    assert "Nous n’avons pas su lire cette adresse" in text
