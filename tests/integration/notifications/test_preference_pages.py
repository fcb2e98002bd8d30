"""What somebody gets by mail, as they choose it on a page; and the page of a mail's stop link."""

import re
from urllib.parse import urlsplit

import pytest

from testkit.page_rules import Page, breaches

PREFERENCES = "/notifications/preferences"
BOTH = {"meetings": True, "advice": True}


def hidden(answer):
    """The hidden fields of the page's form."""
    fields = Page(answer.text).all("input")
    return {
        one["name"]: one["value"]
        for one in fields
        if one.get("type") == "hidden"
        if "/" not in one["value"]
    }


def ticked(answer):
    boxes = [one for one in Page(answer.text).all("input") if one.get("type") == "checkbox"]
    return {one["name"]: "checked" in one for one in boxes}


def undo(answer):
    (found,) = [one["action"] for one in Page(answer.text).all("form") if "/undo" in one["action"]]
    return found


async def wants(service, person):
    async with service.client(person) as me:
        answer = (await me.get("/preferences")).json()
    return {topic: preference["mail"] for topic, preference in answer.items()}


async def stop_link(service, topic="meetings"):
    (row,) = await service.fetch("SELECT token FROM preferences WHERE topic = $1", topic)
    return f"/notifications/stop/{row['token']}"


async def test_the_page_shows_each_topic_and_where_mails_go(service):
    async with service.browser(await service.person("camille@example.org")) as browser:
        answer = await browser.get(PREFERENCES)
    assert answer.status_code == 200
    assert list(breaches(answer.text)) == []
    assert ticked(answer) == BOTH
    assert "camille@example.org" in answer.text
    assert "au plus 20 courriels par jour" in answer.text


@pytest.mark.parametrize(
    ("email", "said"),
    [(None, "n’a pas d’adresse e-mail pour vous"), ("camille@", "On ne peut pas écrire")],
)
async def test_who_has_no_address_is_told_so_and_whom_to_ask(service, email, said):
    async with service.browser(await service.person(email)) as browser:
        answer = await browser.get(PREFERENCES)
    assert said in answer.text
    assert "Demandez à votre union" in answer.text
    assert "Ils partent à" not in answer.text


async def test_what_is_unticked_stops_and_that_is_taken_back(service):
    person = await service.person()
    async with service.browser(person) as browser:
        form = hidden(await browser.get(PREFERENCES))
        saved = await browser.post(PREFERENCES, data={**form, "advice": "true"})
        assert (saved.status_code, saved.headers["location"]) == (303, PREFERENCES)
        assert await wants(service, person) == {"meetings": False, "advice": True}
        page = await browser.get(PREFERENCES)
        assert "Enregistré" in page.text
        assert ticked(page) == {"meetings": False, "advice": True}
        await browser.post(undo(page))
    assert await wants(service, person) == BOTH


async def test_a_form_that_is_sent_twice_takes_nothing_back_that_came_between(service):
    person = await service.person()
    async with service.browser(person) as browser:
        form = {**hidden(await browser.get(PREFERENCES)), "advice": "true"}
        await browser.post(PREFERENCES, data=form)
        await browser.post(undo(await browser.get(PREFERENCES)))
        again = await browser.post(PREFERENCES, data=form)
    assert again.status_code == 303
    assert await wants(service, person) == BOTH


async def test_two_forms_of_one_person_are_joined(service):
    person = await service.person()
    async with service.browser(person) as phone, service.browser(person) as desk:
        first, second = [hidden(await one.get(PREFERENCES)) for one in (phone, desk)]
        await phone.post(PREFERENCES, data={**first, "advice": "true"})
        await desk.post(PREFERENCES, data={**second, "meetings": "true"})
    assert await wants(service, person) == {"meetings": False, "advice": False}


async def test_where_nothing_was_changed_that_is_said_and_there_is_nothing_to_undo(service):
    async with service.browser(await service.person()) as browser:
        form = hidden(await browser.get(PREFERENCES))
        await browser.post(PREFERENCES, data={**form, "meetings": "true", "advice": "true"})
        page = await browser.get(PREFERENCES)
    assert "Rien à changer" in page.text
    assert "/undo" not in page.text


async def test_what_no_form_of_ours_sends_comes_back_to_be_corrected(service):
    person = await service.person()
    async with service.browser(person) as browser:
        answer = await browser.post(
            PREFERENCES, data={"was": "meetings advice", "meetings": "oui?"}
        )
    assert answer.status_code == 422
    assert "<title>À corriger" in answer.text
    assert list(breaches(answer.text)) == []
    assert await wants(service, person) == BOTH


async def test_whoever_has_the_link_stops_mails_without_signing_in(service):
    person = await service.person()
    await service.registers(person)
    async with service.stranger() as stranger:
        address = await stop_link(service)
        asked = await stranger.get(address)
        assert asked.status_code == 200
        assert list(breaches(asked.text)) == []
        assert "Ne plus recevoir de courriels sur les rencontres" in asked.text
        assert await wants(service, person) == BOTH, "looking changes nothing"
        (form,) = [one for one in Page(asked.text).all("form") if "/stop/" in one["action"]]
        for _ in range(2):
            stopped = await stranger.post(form["action"])
            assert (stopped.status_code, stopped.headers["location"]) == (303, address)
        done = await stranger.get(address)
    assert await wants(service, person) == {"meetings": False, "advice": True}
    assert list(breaches(done.text)) == []
    assert "Vous ne recevez plus de courriels sur les rencontres" in done.text
    assert "Par courriel, vous recevez encore\u00a0: Entraide." in done.text
    assert f'href="{PREFERENCES}"' in done.text, "the way back"
    assert "example.org" not in done.text, "the link says nothing of its person"


async def test_the_address_in_older_mails_leads_to_the_page(service):
    await service.registers(await service.person())
    async with service.anyone() as anyone:
        address = await stop_link(service)
        older = address.replace("/notifications/stop", "/stop")
        answer = await anyone.get(older)
    assert (answer.status_code, urlsplit(answer.headers["location"]).path) == (303, address)


@pytest.mark.parametrize("token", ["x", "A" * 43, "%00", "%ff", "é" * 30, "a" * 5000])
async def test_an_unknown_link_is_said_to_be_one(service, token):
    async with service.stranger() as stranger:
        answer = await stranger.get(f"/notifications/stop/{token}")
        sent = await stranger.post(f"/notifications/stop/{token}")
    assert answer.status_code == 404
    assert "Lien inconnu" in re.sub("<[^>]+>", "", answer.text)
    assert sent.status_code == 303
    assert "unknown" in sent.headers["location"]
