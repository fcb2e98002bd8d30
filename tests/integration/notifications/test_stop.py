"""No more mails by one click of a mail program, and without signing in."""

from html import unescape

import pytest

from testkit.notifications_service import advice_view, mandate, registration_view

FORM = {"Content-Type": "application/x-www-form-urlencoded"}


async def link(service, topic="meetings"):
    """The only person's link for a topic."""
    (row,) = await service.fetch("SELECT token FROM preferences WHERE topic = $1", topic)
    return f"/stop/{row['token']}"


async def wants(service, person):
    async with service.client(person) as me:
        answer = (await me.get("/preferences")).json()
    return {topic: preference["mail"] for topic, preference in answer.items()}


@pytest.mark.parametrize(
    "body",
    [
        b"List-Unsubscribe=One-Click",
        b"",
        b"\xff\x00",
        b"List-Unsubscribe=One-Click&x=" + b"y" * 5000,
    ],
)
async def test_one_click_turns_them_off_and_again_is_the_same(service, body):
    person = await service.person()
    await service.registers(person)
    async with service.anyone() as anyone:
        address = await link(service)
        first = await anyone.post(address, content=body, headers=FORM)
        again = await anyone.post(address, content=body, headers=FORM)
    assert first.status_code == again.status_code == 200
    assert first.text == again.text
    assert "vous ne recevez plus de courriels sur les rencontres" in first.text
    assert "/notifications/preferences" in first.text, "it says how to get them again"
    assert await wants(service, person) == {"meetings": False, "advice": True}

    await service.registers(person)
    assert len(await service.notices(person)) == 2
    assert len(await service.mails()) == 1, "the second comes in the application only"


async def test_a_form_in_parts_does_too(service):
    """RFC 8058 lets mail programs post multipart/form-data."""
    person = await service.person()
    await service.registers(person)
    async with service.anyone() as anyone:
        files = {"List-Unsubscribe": (None, "One-Click")}
        answer = await anyone.post(await link(service), files=files)
    assert answer.status_code == 200
    assert not (await wants(service, person))["meetings"]


async def test_a_link_is_for_one_topic_of_one_person(service):
    organisation = registration_view(await service.person()).organisation_id
    person = await service.person(mandates=(mandate(organisation),))
    await service.advises(advice_view(organisation))
    await service.registers(person)
    async with service.anyone() as anyone:
        page = await anyone.post(await link(service, "advice"))
    assert "l’entraide entre coopératives" in unescape(page.text)
    assert await wants(service, person) == {"meetings": True, "advice": False}


async def test_the_same_link_works_after_they_were_turned_on_again(service):
    person = await service.person()
    await service.registers(person)
    on = {"meetings": {"mail": True}, "advice": {"mail": True}}
    async with service.anyone() as anyone, service.client(person) as me:
        address = await link(service)
        await anyone.post(address)
        assert (await me.put("/preferences", json=on)).json() == on
        assert await link(service) == address, "older mails carry it"
        await anyone.post(address)
    assert not (await wants(service, person))["meetings"]


async def test_the_page_is_in_the_persons_language(service):
    person = await service.person(language="en")
    await service.registers(person)
    async with service.anyone() as anyone:
        page = await anyone.post(await link(service))
    assert "you get no more mails about meetings" in page.text
    assert 'lang="en"' in page.text


@pytest.mark.parametrize("token", ["x", "A" * 43, "%00", "%ff", "é" * 30, "a" * 5000])
async def test_an_unknown_link_is_a_page_in_words(service, token):
    async with service.anyone() as anyone:
        page = await anyone.post(f"/stop/{token}")
    assert page.status_code == 404
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert "Lien inconnu" in page.text
    assert "Unknown link" in page.text
