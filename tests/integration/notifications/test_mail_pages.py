"""Mails and news for nobody, as staff see them: why, what to do, and trying again."""

import pytest

from testkit.ids import new_id
from testkit.notifications_service import OWNER, advice_view, mandate
from testkit.page_rules import Page, breaches

MAILS = "/notifications/mails"
UNDELIVERED = "/notifications/undelivered"
SLOT = "/notifications/parts/stuck-mails"


@pytest.fixture
async def staff(service):
    async with service.browser(new_id(OWNER), "staff") as browser:
        yield browser


def retries(answer):
    return [one["action"] for one in Page(answer.text).all("form") if "/retry" in one["action"]]


def once_of(answer):
    return next(one["value"] for one in Page(answer.text).all("input") if one["name"] == "once")


async def test_without_a_mail_all_has_left(staff):
    for address in (MAILS, f"{MAILS}?state=pending", UNDELIVERED):
        answer = await staff.get(address)
        assert answer.status_code == 200
        assert list(breaches(answer.text)) == []
        assert "Tout est parti" in answer.text
    assert "Tout est parti." in (await staff.get(SLOT)).text


@pytest.mark.parametrize("address", [MAILS, UNDELIVERED, SLOT])
async def test_only_staff_see_them(service, address):
    async with service.browser(await service.person()) as member:
        answer = await member.get(address)
    assert answer.status_code == 403


async def test_a_mail_that_bounced_leads_to_its_persons_record_and_is_tried_again_once(
    service, smtp_server, staff
):
    smtp_server.on_recipient = ["550 5.1.1 camille@example.org is unknown here"]
    person = await service.person(given_name="<b>Zoé</b>")
    await service.registers(person)
    service.start_posting()
    failed = await service.mail_becomes("failed")

    page = await staff.get(MAILS)
    assert list(breaches(page.text)) == []
    assert page.headers["cache-control"] == "no-store", "it names people"
    assert "<b>Zo" not in page.text
    assert "&lt;b&gt;Zoé&lt;/b&gt; Exemple" in page.text
    assert "example.org" not in page.text, "no address is shown"
    assert "Revenu\u00a0: le serveur de messagerie refuse l’adresse." in page.text
    assert f'href="/directory/people/{person}"' in page.text
    slot = await staff.get(SLOT)
    assert "Revenu" in slot.text
    assert "Exemple" not in slot.text, "browsers keep the home page: it names nobody"

    (retry,) = retries(page)
    typed = {"once": once_of(page)}
    tried = await staff.post(retry, data=typed)
    assert (tried.status_code, tried.headers["location"]) == (303, MAILS)
    await service.mail_becomes("done")
    assert (await staff.post(retry, data=typed)).status_code == 303, "sent twice, done once"
    assert len(smtp_server.received) == 1
    assert failed["id"] in retry
    assert "Tout est parti" in (await staff.get(MAILS)).text
    sent = await staff.get(f"{MAILS}?state=done")
    assert "Exemple" in sent.text
    assert retries(sent) == []
    await staff.post(retry, data={"once": "another"})
    assert "Rien à réessayer" in (await staff.get(MAILS)).text


async def test_a_mail_without_an_address_waits_and_says_until_when(service, staff):
    person = await service.person(None)
    await service.registers(person)
    service.start_posting()
    await service.mail_becomes("pending", attempts=1)
    page = await staff.get(MAILS)
    assert "n’a pas d’adresse e-mail pour cette personne" in page.text
    assert "prochain essai" in page.text
    assert "jusqu’à" in page.text
    assert len(retries(page)) == 1


async def test_a_mail_that_nobody_wants_is_not_offered_to_be_tried(service, staff):
    person = await service.person()
    await service.registers(person)
    await service.execute("UPDATE preferences SET mail = false WHERE person_id = $1", person)
    service.start_posting()
    await service.mail_becomes("failed")
    page = await staff.get(f"{MAILS}?state=failed")
    assert "ne veut pas de courriels sur ce sujet" in page.text
    assert retries(page) == []


async def test_who_is_no_staff_has_nothing_tried(service):
    person = await service.person()
    await service.registers(person)
    (mail,) = await service.mails()
    async with service.browser(person) as member:
        answer = await member.post(f"{MAILS}/{mail['id']}/retry", data={"once": "x"})
    assert answer.status_code == 403


async def test_news_for_nobody_says_whose_role_is_missing_until_somebody_has_it(service, staff):
    organisation = new_id(OWNER)
    title = "<img src=x> https://evil.example locaux"
    await service.advises(
        advice_view(organisation, title=title, organisation_name="Atelier <i>du</i> Canal")
    )
    page = await staff.get(UNDELIVERED)
    assert list(breaches(page.text)) == []
    assert "<img src=x" not in page.text
    assert "evil.example" not in page.text
    assert "Personne d’Atelier &lt;i&gt;du&lt;/i&gt; Canal" in page.text
    assert "gérant·e" in page.text
    assert f"/directory/organisations/{organisation}" in Page(page.text).links()
    await service.person(mandates=(mandate(organisation),))
    assert "Tout est parti" in (await staff.get(UNDELIVERED)).text
