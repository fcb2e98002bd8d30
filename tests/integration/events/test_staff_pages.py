"""Staff announce, change and cancel meetings, and see to who comes."""

import re
from datetime import timedelta

import pytest

from intercoop_chassis.clock import PARIS
from intercoop_contracts.directory import PEOPLE, CommuneView, MandateView, PersonView, Role
from intercoop_contracts.events import MEETINGS
from intercoop_contracts.streams import End, Ended
from testkit.events_pages import HOSTILE, LIST, member, page, registers_on_page, words
from testkit.events_service import announced
from testkit.forms import fields
from testkit.ids import new_id
from testkit.in_memory_network import state_event
from testkit.page_rules import Page

FIGEAC = CommuneView(code="46102", name="Figeac", departement="46", lat=44.6, lon=2.03)
OTHER_FIGEAC = CommuneView(code="2A999", name="Figeac", departement="2A", lat=42.1, lon=8.9)


@pytest.fixture
async def nadia(home):
    async with home.browser(roles=["staff"]) as browser:
        yield browser


@pytest.fixture
async def host(home):
    return await home.knows_organisation(name="Imprimerie du Cantal", commune=FIGEAC)


def in_days(home, days):
    return (home.clock() + timedelta(days=days)).astimezone(PARIS)


async def opened(browser, address):
    return fields(await page(browser, address))


async def sent(browser, address, form, **changed):
    answer = await browser.post(address, data={**form, **changed})
    if answer.status_code != 303:
        assert re.search(r"<h1", answer.text)
    return answer


async def announces(home, nadia, **typed):
    form = await opened(nadia, f"{LIST}/new?format=training")
    usual = {"title": "Lire un bilan", "commune": "Albi (81)"}
    usual["starts"] = in_days(home, 9).strftime("%-d/%-m/%Y à %Hh%M")
    return await sent(nadia, f"{LIST}/new", form, **{**usual, **typed})


async def test_a_format_fills_the_form_in_and_people_write_as_they_do(home, nadia, host):
    form = await opened(nadia, f"{LIST}/new?format=training")
    assert form["seats"] == "16"
    assert "Ce que vous saurez faire après." in form["description"]
    answer = await announces(
        home, nadia, host="imprimerie du cantal", commune="", open_to_everybody="true"
    )
    assert answer.status_code == 303, words(answer.text)
    text = words(await page(nadia, answer.headers["location"]))
    for said in ("« Lire un bilan » est annoncée", "Imprimerie du Cantal, Figeac (46)",
                 "Mini-formation", "Il reste 16 places sur 16", "Ouverte à tout le monde"):  # fmt: skip
        assert said in text, said
    (kept,) = await home.fetch("SELECT record, lat, is_open, ends - starts AS lasts FROM meetings")
    assert (kept["lat"], kept["is_open"]) == (44.6, True)
    assert kept["lasts"] == timedelta(hours=2)


async def test_all_faults_are_told_at_once_and_what_was_typed_stays(home, nadia):
    answer = await announces(
        home, nadia, title="", starts="demain", seats="beaucoup", commune="", host="Personne"
    )
    assert answer.status_code == 422
    found = Page(answer.text)
    wrong = {one["name"]: one for one in found.all("input") if one.get("aria-invalid") == "true"}
    assert set(wrong) == {"title", "starts", "seats", "host", "commune"}
    assert wrong["starts"]["value"] == "demain"
    assert {f"#{name}" for name in wrong} <= {one["href"] for one in found.all("a")}
    over = await announces(home, nadia, starts="1/2/2020 14h00")
    assert "dans les trois ans à venir" in words(over.text)
    for strange in ("1/1/0001 0h00", "31/12/9999 23h59", "31/2/2027 9h00"):
        assert (await announces(home, nadia, starts=strange)).status_code == 422


async def test_words_that_may_mean_several_are_asked_about_and_chosen(home, nadia, host):
    await home.knows_organisation(name="Autre", commune=OTHER_FIGEAC)
    await home.knows_organisation(name="Imprimerie du Lot")
    asked = await announces(home, nadia, commune="Figeac", host="imprimerie")
    assert asked.status_code == 422
    chosen = {"host.id": str(host), "commune.which": "Figeac (2A)"}
    offered = {one.get("value") for one in Page(asked.text).all("input")}
    assert set(chosen.values()) <= offered
    answer = await sent(nadia, f"{LIST}/new", {**fields(asked.text), **chosen})
    assert answer.status_code == 303, words(answer.text)
    (kept,) = await home.fetch("SELECT lat, record FROM meetings")
    assert kept["lat"] == 42.1
    assert str(host) in kept["record"]


async def test_sent_twice_it_is_announced_once_and_a_copy_has_no_date(home, nadia):
    form = await opened(nadia, f"{LIST}/new")
    typed = {
        "title": HOSTILE,
        "commune": "Albi (81)",
        "starts": f"{in_days(home, 3):%Y-%m-%dT%H:%M}",
    }
    answers = [await sent(nadia, f"{LIST}/new", form, **typed) for _ in range(2)]
    assert answers[0].headers["location"] == answers[1].headers["location"]
    meeting = answers[0].headers["location"].rpartition("/")[2]
    copy = await opened(nadia, f"{LIST}/new?copy={meeting}")
    assert (copy["title"], copy["starts"], copy["lasts"]) == (HOSTILE.strip(), "", "180")
    assert len(await home.fetch("SELECT FROM meetings")) == 1


async def test_a_change_is_saved_and_what_the_commune_was_stays(home, announce, nadia):
    meeting = (await announce())["id"]
    address = f"{LIST}/{meeting}/edit"
    form = await opened(nadia, address)
    answer = await sent(nadia, address, form, title="Autre titre", seats="30")
    assert (answer.status_code, answer.headers["location"]) == (303, f"{LIST}/{meeting}")
    text = words(await page(nadia, f"{LIST}/{meeting}"))
    assert "Autre titre" in text
    assert "Il reste 30 places sur 30" in text
    (kept,) = await home.fetch("SELECT lat, lon, record FROM meetings")
    assert (kept["lat"], kept["lon"]) == (43.6, 1.44)
    assert '"schedule_revision": 0' in kept["record"]
    again = await sent(nadia, address, await opened(nadia, address))
    assert again.status_code == 303
    assert "rien à changer" in words(await page(nadia, f"{LIST}/{meeting}"))


async def test_two_at_once_are_joined_and_what_contradicts_is_asked(home, announce, nadia):
    meeting = (await announce())["id"]
    address = f"{LIST}/{meeting}/edit"
    mine, theirs = await opened(nadia, address), await opened(nadia, address)
    await sent(nadia, address, theirs, title="Leur titre", seats="5")
    asked = await sent(nadia, address, mine, title='Mon "titre"', description="Mon texte")
    assert asked.status_code == 409
    assert "Votre texte Mon &#34;titre&#34;" in words(asked.text)
    assert "Leur titre" in words(asked.text)
    chosen = fields(asked.text)
    assert (chosen["title"], chosen["seats"], chosen["description"]) == (
        'Mon "titre"', "5", "Mon texte",
    )  # fmt: skip
    answer = await sent(nadia, address, chosen, title="Leur titre")
    assert answer.status_code == 303
    (kept,) = await home.fetch("SELECT record, capacity FROM meetings")
    assert kept["capacity"] == 5
    assert "Leur titre" in kept["record"]
    assert "Mon texte" in kept["record"]


async def test_fewer_seats_than_are_taken_are_refused_in_words(home, announce, nadia):
    meeting = (await announce(seats=2))["id"]
    for _ in range(2):
        async with await member(home) as browser:
            await registers_on_page(browser, meeting)
    address = f"{LIST}/{meeting}/edit"
    answer = await sent(nadia, address, await opened(nadia, address), seats="1")
    assert answer.status_code == 422
    assert "moins que les 2 places déjà prises" in words(answer.text)


async def test_cancelling_asks_why_and_says_whom_it_tells(home, neighbour, announce, nadia):
    meeting = (await announce(seats=1))["id"]
    await home.knows_organisation("auvergne", name="Union d'Auvergne", kind="union")
    for _ in range(2):
        async with await member(home) as browser:
            await registers_on_page(browser, meeting)
    await neighbour.hears_from(home)
    async with await member(neighbour) as guest:
        await registers_on_page(guest, meeting)
    await home.hears_from(neighbour)
    address = f"{LIST}/{meeting}/cancel"
    asked = words(await page(nadia, address))
    assert "1 personne a une place. 2 personnes attendent." in asked
    assert "1 d’Union d&#39;Auvergne" in asked
    form = await opened(nadia, address)
    assert (await sent(nadia, address, form)).status_code == 422
    answer = await sent(nadia, address, form, because="Salle fermée")
    assert answer.status_code == 303
    assert "Annulée : Salle fermée" in words(await page(nadia, f"{LIST}/{meeting}"))
    states = await home.fetch("SELECT DISTINCT state FROM registrations")
    assert [one["state"] for one in states] == ["cancelled"]


async def test_guests_have_names_where_they_are_ones_own(home, neighbour, announce, nadia):
    meeting = (await announce(seats=1, title="=1+1"))["id"]
    person = await home.knows_person("=Camille")
    async with await member(home, sub=str(person)) as browser:
        await registers_on_page(browser, meeting)
    await neighbour.hears_from(home)
    async with await member(neighbour) as guest:
        await registers_on_page(guest, meeting)
    await home.hears_from(neighbour)
    text = await page(nadia, f"{LIST}/{meeting}/guests")
    said = words(text)
    assert "1 inscription · 1 en attente · 1 place" in said
    assert "=Camille Exemple Atelier du Canal" in said
    assert re.search(r"Place [0-9A-F]{8} une personne d’auvergne", said)
    file = await nadia.get(f"{LIST}/{meeting}/guests.csv")
    lines = file.text.removeprefix("\ufeff").splitlines()
    assert lines[0] == "État;Nom;Coopérative;Union;Code de la place"
    assert lines[1].startswith("a une place;'=Camille Exemple;Atelier du Canal;midi-pyrenees;")
    assert lines[2].startswith("attend;;")


async def test_nobody_has_registered_yet(announce, nadia):
    meeting = (await announce())["id"]
    assert "Personne encore." in words(await page(nadia, f"{LIST}/{meeting}/guests"))


async def test_staff_register_whoever_telephones_by_name(home, announce, nadia):
    meeting = (await announce())["id"]
    cooperative = await home.knows_organisation(name="Bois et Cie")
    person, since = new_id(home.owner), home.clock().date() - timedelta(days=9)
    mandate = MandateView(organisation_id=cooperative, role=Role.EMPLOYEE, since=since)
    view = PersonView(given_name="Édith", family_name="Amblard", mandates=(mandate,))
    await home.consumer.receive([state_event(PEOPLE, home.owner, person, view)])
    await home.knows_person("Edith-Sans")
    address = f"{LIST}/{meeting}/guests/new"
    nobody = words(await page(nadia, address, q="Zébulon"))
    assert "Personne ici ne s’appelle « Zébulon »." in nobody
    text = await page(nadia, address, q="edith")
    assert "Édith Amblard , au nom de Bois et Cie" in words(text)
    assert "Sans coopérative en ce moment : Edith-Sans Exemple." in words(text)
    form = fields(text)
    answer = await nadia.post(address, data=form)
    assert answer.headers["location"] == f"{LIST}/{meeting}/guests"
    assert "Édith Amblard a une place." in words(await page(nadia, f"{LIST}/{meeting}/guests"))
    twice = await nadia.post(address, data={**form, "once": "other"})
    assert twice.status_code == 422
    assert "déjà sur la liste" in words(twice.text)
    none = await nadia.post(address, data={"once": "x", "q": "edith"})
    assert none.status_code == 422


async def test_whoever_is_erased_is_found_no_more(home, announce, nadia):
    meeting = (await announce())["id"]
    person = await home.knows_person("Zénobie")
    address = f"{LIST}/{meeting}/guests/new"
    assert "Zénobie Exemple" in words(await page(nadia, address, q="zenobie"))
    erased = Ended(ended=End(reason="erased", erased=True))
    await home.consumer.receive([state_event(PEOPLE, home.owner, person, erased, version=2)])
    assert "Zénobie Exemple" not in words(await page(nadia, address, q="zenobie"))
    assert await home.fetch("SELECT FROM known_people") == []


async def test_another_owners_meeting_is_changed_there(home, nadia):
    far = new_id("auvergne")
    event = state_event(MEETINGS, "auvergne", far, announced(home, title=HOSTILE))
    await home.consumer.receive([event])
    text = await page(nadia, f"{LIST}/{far}")
    assert f"{LIST}/{far}/edit" not in Page(text).links()
    assert (await nadia.get(f"{LIST}/{far}/edit")).status_code == 409
    assert (await nadia.get(f"{LIST}/{far}/cancel")).status_code == 409
    assert (await nadia.get(f"{LIST}/{far}/guests")).status_code == 404


@pytest.mark.parametrize("path", ["new", "{}/edit", "{}/cancel", "{}/guests", "{}/guests/new"])
async def test_these_pages_are_for_staff(home, announce, path):
    meeting = (await announce())["id"]
    async with await member(home) as lucie:
        assert (await lucie.get(f"{LIST}/{path.format(meeting)}")).status_code == 403
