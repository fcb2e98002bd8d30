"""People are invited from the list, one or many, and each one's state is said afterwards."""

import re

import pytest

from testkit.people_pages import INVITE, OURS, PEOPLE, fields, mandate, said, somebody
from testkit.registered_people import has_addresses, organisation, registered, signed_in


@pytest.fixture
async def nadia(home):
    """A browser of staff."""
    async with home.browser(roles=["staff"]) as browser:
        browser.base_url = "https://directory.test"
        browser.headers.update(OURS)
        yield browser


@pytest.fixture
async def everybody(home, staff):
    """Only Ana and Bob can be invited; ids by given name."""
    atelier = await organisation(staff, "Atelier du Canal")
    manages = mandate(atelier)
    bodies = (
        somebody("Ana", "Un", manages, email="ana@coop.example"),
        somebody("Bob", "Deux", manages, email="bob@coop.example"),
        somebody("Cid", "Trois", manages),
        somebody("Dan", "Quatre", manages, email="partagee@coop.example"),
        somebody("Eve", "Cinq", manages, email="partagee@coop.example"),
        somebody("Fay", "Six", mandate(atelier, until="2015-01-01"), email="fay@coop.example"),
        somebody("Gil", "Sept", manages, email="gil@coop.example"),
    )
    ids = {body["given_name"]: await registered(staff, body) for body in bodies}
    await signed_in(home, ids["Gil"])
    return ids


async def invitations(home):
    """To which address how many have left; those that were replaced too."""
    async with home.db.read() as tx:
        rows = await tx.fetch("SELECT address, count(*) FROM invitations GROUP BY address")
    return {row["address"]: row["count"] for row in rows}


def chosen(ids):
    return "&".join(f"p{at}={one}" for at, one in enumerate(ids.values()))


async def test_the_list_leads_to_whom_and_how_and_each_ones_state_is_said_after(
    home, nadia, everybody
):
    listed = await nadia.get(f"{PEOPLE}?every=true")
    assert len(re.findall(r'<input [^>]*form="choose" name="p\d+"[^>]* checked>', listed.text)) == 6
    assert f'id="choose" method="get" action="{INVITE}"' in listed.text
    page = await nadia.get(f"{INVITE}?{chosen(everybody)}")
    text = said(page)
    for one in ("Ana Un Par courriel à ana@coop.example", "Bob Deux Par courriel à bob@coop",
                "Cid Trois Pas d’adresse électronique à elle seule", "Fay Six Aucun mandat",
                "Dan Quatre Pas d’adresse électronique", "Gil Sept A déjà un compte."):  # fmt: skip
        assert one in text, one
    form = fields(page, INVITE)
    assert {one for one in form if one != "once"} == {
        f"p.{everybody['Ana']}",
        f"p.{everybody['Bob']}",
    }
    sent = [await nadia.post(INVITE, data=form) for _ in range(2)]
    assert [answer.status_code for answer in sent] == [303, 303]
    assert await invitations(home) == {"ana@coop.example": 1, "bob@coop.example": 1}
    after = said(await nadia.get(sent[0].headers["location"]))
    assert "Invitations qui partent maintenant : 2." in after
    assert re.search(
        r"Ana Un Par courriel à ana@coop.example invitation en cours le .* à \d+ h \d\d", after
    )
    assert "2 personnes" in said(await nadia.get(f"{PEOPLE}?state=invited"))


async def test_nobody_is_written_to_by_an_address_that_is_another_one_meanwhile(
    home, nadia, staff, everybody
):
    ana, bob = everybody["Ana"], everybody["Bob"]
    form = fields(await nadia.get(f"{INVITE}?p0={ana}&p1={bob}"), INVITE)
    await has_addresses(staff, ana, "neuve@coop.example")
    answer = await nadia.post(INVITE, data=form)
    assert answer.status_code == 303
    assert await invitations(home) == {"bob@coop.example": 1}
    after = said(await nadia.get(answer.headers["location"]))
    assert "partent maintenant : 1. Non envoyées : 1" in after
    assert "Par courriel à neuve@coop.example" in after


@pytest.mark.parametrize("name", ["Cid", "Dan", "Fay", "Gil"])
async def test_who_cannot_be_invited_is_not_whatever_is_sent(home, nadia, everybody, name):
    form = {f"p.{everybody[name]}": "fay@coop.example"}
    answer = await nadia.post(INVITE, data=form)
    assert answer.status_code == 422
    assert "Aucune invitation n’est partie." in said(answer)
    assert await invitations(home) == {}


async def test_one_is_invited_on_the_record_five_times_a_day_at_most(home, nadia, everybody):
    address = f"{PEOPLE}/{everybody['Ana']}"
    for number in range(5):
        form = fields(await nadia.get(address), INVITE)
        answer = await nadia.post(INVITE, data=form)
        assert (answer.status_code, answer.headers["location"]) == (303, address), number
    text = said(await nadia.get(address))
    assert "L’invitation part maintenant." in text or "invitation part" in text
    assert "Invitée cinq fois en un jour" in text
    assert f'action="{INVITE}"' not in (await nadia.get(address)).text
    again = await nadia.post(INVITE, data={**form, "once": "another"})
    assert again.status_code == 422
    assert await invitations(home) == {"ana@coop.example": 5}


async def test_an_invitation_is_taken_back(home, nadia, everybody):
    address = f"{PEOPLE}/{everybody['Ana']}"
    form = fields(await nadia.get(address), INVITE)
    await nadia.post(INVITE, data=form)
    assert "Invitée le" in said(await nadia.get(address))
    assert (await nadia.post(f"{address}/revoke")).status_code == 303
    assert "sans compte" in said(await nadia.get(address))
    assert "0 personne" in said(await nadia.get(f"{PEOPLE}?state=invited"))


async def test_the_home_page_counts_who_was_invited_and_has_not_come(home, nadia, everybody):
    part = "/directory/parts/invited"
    assert "Aucune personne invitée ne manque." in (await nadia.get(part)).text
    for name in ("Ana", "Bob"):
        form = fields(await nadia.get(f"{PEOPLE}/{everybody[name]}"), INVITE)
        await nadia.post(INVITE, data=form)
    text = (await nadia.get(part)).text
    assert "2 personnes invitées ne sont pas encore venues." in text
    assert "Ana" not in text
    await signed_in(home, everybody["Ana"])
    assert "1 personne invitée n’est pas encore venue." in (await nadia.get(part)).text
    async with home.browser() as member:
        assert (await member.get(part)).status_code == 403


@pytest.mark.parametrize("address", [INVITE, f"{INVITE}?p0=01920f5e-5a6b-7c3d-8e9f-0a1b2c3d4e5f"])
async def test_where_nobody_is_chosen_it_is_said_how(nadia, address):
    assert "Personne n’est choisi." in said(await nadia.get(address))


async def test_what_is_no_person_is_said(nadia):
    assert (await nadia.get(f"{INVITE}?p0=x")).status_code == 422
    assert (await nadia.post(INVITE, data={"p.x": "a"})).status_code == 422
    assert (await nadia.post(INVITE, data={"once": "x"})).status_code == 422
