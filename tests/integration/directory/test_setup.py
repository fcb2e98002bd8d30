"""The first run: steps that can be left, what the owner says of itself, and where it is shown."""

import re
from datetime import date
from functools import partial
from uuid import UUID

import pytest

from intercoop_contracts.directory import ORGANISATIONS, PRESENTATIONS, Role
from intercoop_directory.invitations import store
from intercoop_directory.invitations.handlers import compose
from intercoop_directory.main import SERVICE as DIRECTORY
from intercoop_directory.setup.domain.steps import Step
from intercoop_directory.setup.handlers.presentation import pass_step
from intercoop_directory.team.domain import Newcomer
from intercoop_directory.team.handlers import Gift, give_to_newcomer
from intercoop_events.main import SERVICE as EVENTS
from testkit.ids import new_id
from testkit.in_memory_network import StateEventConsumer, newest_states
from testkit.page_rules import breaches
from testkit.served_instance import OWNER, serve_instance
from testkit.team import OURS, PUBLIC
from unit.directory.test_logos import png

PAGE = "/directory/setup"
IDENTITY = {"version": "0", "name": "Union Ouest", "light": "#1D4F91", "dark": ""}
NOTICE = {
    "help_contact": "aide@ouest.example",
    "privacy_contact": "02 99 00 00 00",
    "legal_notice": "Union Ouest\nSiège : Rennes",
}


@pytest.fixture
async def operator(instance):
    person = new_id(OWNER)
    async with instance.browser(instance.token("operator", sub=str(person))) as browser:
        browser.person = UUID(str(person))
        yield browser


async def sends(browser, path, fields=None, **more):
    return await browser.post(path, data=fields or {}, headers=OURS, **more)


async def saved_identity(operator, **fields):
    return await sends(operator, f"{PAGE}/identity", {**IDENTITY, **fields})


async def test_a_first_run_is_gone_through_step_by_step_and_found_again(instance, operator):
    first = await operator.get(PAGE)
    assert f'href="{PAGE}/identity">Continuer' in first.text

    done = await saved_identity(operator)
    assert (done.status_code, done.headers["location"]) == (303, f"{PAGE}/notice")
    found_again = await operator.get(PAGE)
    assert f'href="{PAGE}/notice">Continuer' in found_again.text

    version = re.search(
        r'name="version" value="(\d+)"', (await operator.get(f"{PAGE}/notice")).text
    )
    await sends(operator, f"{PAGE}/notice", {**NOTICE, "version": version[1]})
    for step in ("mail", "team", "follows", "data"):
        page = await operator.get(f"{PAGE}/{step}")
        assert list(breaches(page.text)) == []
        led = await sends(operator, f"{PAGE}/passed", {"step": step})
    assert led.headers["location"] == PAGE
    assert "Tout est en service" in (await operator.get(PAGE)).text


async def test_what_is_saved_is_on_every_page_at_once(instance, operator):
    await saved_identity(operator)
    await sends(operator, f"{PAGE}/notice", {**NOTICE, "version": "1"})
    async with instance.browser() as stranger:
        legal, privacy = await stranger.get("/legal"), await stranger.get("/privacy")
        style = re.search(r'href="(/directory/assets/colours/[^"]+)"', legal.text)[1]
        colours = await stranger.get(style)
    assert "<small>Union Ouest</small>" in legal.text
    assert "Siège : Rennes" in legal.text
    assert 'href="mailto:aide%40ouest.example"' in legal.text
    assert "02 99 00 00 00" in privacy.text
    assert "--brand:light-dark(#1d4f91,#6197df)" in colours.text
    assert colours.headers["cache-control"].startswith("public, max-age=31536000")
    assert list(breaches(legal.text)) == []


async def test_a_colour_that_is_hard_to_read_comes_back_with_one_that_is_not(operator):
    answer = await saved_identity(operator, light="#ffcc00")

    assert answer.status_code == 422
    assert "<title>À corriger\u00a0: " in answer.text
    assert "La plus proche qui se lit bien est #836900." in answer.text
    assert 'value="#ffcc00"' in answer.text
    assert list(breaches(answer.text)) == []


async def test_whoever_saves_second_is_told_and_what_they_typed_stays(operator):
    await saved_identity(operator)
    second = await saved_identity(operator, name="Union de l'Ouest")

    assert second.status_code == 422
    assert "Quelqu’un a enregistré cette page" in second.text
    assert "Union de l&#39;Ouest" in second.text
    again = await saved_identity(operator, name="Union de l'Ouest", version="1")
    assert again.status_code == 303


async def test_who_sends_a_form_twice_is_led_on_as_after_once(operator):
    identities = [await saved_identity(operator) for _ in range(2)]
    notices = [
        await sends(operator, f"{PAGE}/notice", {**NOTICE, "version": "1"}) for _ in range(2)
    ]

    assert [one.headers.get("location") for one in identities] == [f"{PAGE}/notice"] * 2
    assert [one.headers.get("location") for one in notices] == [f"{PAGE}/mail"] * 2


async def test_the_union_is_called_so_in_the_directory_too(instance, operator):
    await saved_identity(operator)

    async with instance.dbs["directory"].read() as tx:
        topic = ORGANISATIONS.topic(OWNER)
        name = await tx.fetchval(
            "SELECT value::jsonb ->> 'name' FROM published WHERE topic = $1", topic
        )
    assert name == "Union Ouest"


async def test_a_logo_is_shown_from_our_own_address_until_it_is_removed(instance, operator):
    picture = {"logo": ("logo.png", png(), "image/png")}
    saved = await sends(operator, f"{PAGE}/logo", files=picture)
    assert saved.status_code == 303
    async with instance.browser() as stranger:
        legal = await stranger.get("/legal")
        address = re.search(r'<img class="logo" src="([^"]+)"', legal.text)[1]
        logo = await stranger.get(address)
        assert (logo.content, logo.headers["content-type"]) == (png(), "image/png")
        assert logo.headers["x-content-type-options"] == "nosniff"
        assert logo.headers["content-security-policy"] == "default-src 'none'"

        await sends(operator, f"{PAGE}/logo", files={"nothing": ("", b"")})
        assert 'class="logo"' not in (await stranger.get("/legal")).text
        assert (await stranger.get(address)).status_code == 404


async def test_what_everybody_keeps_carries_nobodys_session(instance, operator):
    """A logo is kept for a year, by proxies too: no cookie is renewed with it."""
    await sends(operator, f"{PAGE}/logo", files={"logo": ("l.png", png(), "image/png")})
    address = re.search(r'class="logo" src="([^"]+)"', (await operator.get("/legal")).text)[1]
    assert address.startswith("/directory/assets/")
    assert "set-cookie" not in (await operator.get(address)).headers


@pytest.mark.parametrize("content", [b"<svg/>", png() + b"x"], ids=["an svg", "more than a png"])
async def test_what_is_no_picture_is_refused_at_its_field(operator, content):
    refused = await sends(
        operator, f"{PAGE}/logo", files={"logo": ("logo.png", content, "image/png")}
    )

    assert refused.status_code == 422
    assert 'id="logo-fault"' in refused.text
    assert list(breaches(refused.text)) == []


async def test_a_mail_to_oneself_says_what_the_mail_server_answered(instance, operator, server):
    await has_an_address(instance, operator.person)
    asked = await operator.get(f"{PAGE}/mail")
    assert "Envoyer un courriel à operatrice@ouest.example" in asked.text

    sent = await sends(operator, f"{PAGE}/mail")
    assert sent.status_code == 303
    told = await operator.get(f"{PAGE}/mail")
    assert "Le courriel est parti pour" in told.text
    assert server.recipients == ["operatrice@ouest.example"]

    server.answers.append("554 5.7.1 No thanks")
    refused = await sends(operator, f"{PAGE}/mail")
    assert refused.status_code == 502
    assert "the mail server refuses the mail (554 5.7.1)" in refused.text
    assert list(breaches(refused.text)) == []


async def test_without_an_address_of_ones_own_nothing_is_sent(operator, server):
    page = await operator.get(f"{PAGE}/mail")
    await sends(operator, f"{PAGE}/mail")

    assert "Votre fiche n’a pas d’adresse électronique" in page.text
    assert server.received == []


async def test_others_of_the_instance_show_it_when_they_are_told(
    instance, operator, platform, issuer
):
    await saved_identity(operator)
    states = await newest_states(DIRECTORY, instance.dbs["directory"])
    assert any(state.stream is PRESENTATIONS for state in states)
    async with (
        serve_instance(platform, issuer, "events", public_url=PUBLIC) as events,
        events.browser() as stranger,
    ):
        before = await stranger.get("/legal")
        await StateEventConsumer(EVENTS, OWNER, events.dbs["events"]).receive(states)
        events.app.state.site.presentation.forget()
        after = await stranger.get("/legal")
    assert f"<small>{OWNER}</small>" in before.text
    assert "<small>Union Ouest</small>" in after.text
    assert 'href="/events/assets/colours/1d4f91-6197df.css"' in after.text


async def test_pages_stand_when_the_database_is_away_and_keep_what_they_know(instance, operator):
    await saved_identity(operator)
    site = instance.app.state.site
    async with instance.browser() as stranger:
        await stranger.get("/legal")
        known = site.presentation.known
        instance.dbs["directory"]._dsn = "postgresql://nobody@127.0.0.1:1/nothing"
        await instance.dbs["directory"].close()
        site.presentation.forget()
        legal = await stranger.get("/legal")
    assert (known.name, legal.status_code) == ("Union Ouest", 200)
    assert "<small>Union Ouest</small>" in legal.text


async def test_an_operators_sign_in_leads_here_until_everything_is_gone_through(instance, operator):
    link = await invited_operator(instance)
    async with instance.browser() as odile:
        first = await odile.post(link, headers=OURS)
    for step in Step:
        await instance.dbs["directory"].command(partial(pass_step, step, OWNER))
    again = await invited_operator(instance, "2")
    instance.app.state.site.presentation.forget()
    async with instance.browser() as odette:
        later = await odette.post(again, headers=OURS)

    assert (first.status_code, first.headers["location"]) == (303, PAGE)
    assert (later.status_code, later.headers["location"]) == (303, "/")


@pytest.mark.parametrize("role", ["member", "staff"])
async def test_nobody_but_an_operator_sets_up(instance, role):
    async with instance.browser(instance.token(role)) as browser:
        assert (await browser.get(PAGE)).status_code == 403
        assert (await saved_identity(browser)).status_code == 403
        picture = {"logo": ("logo.png", png(), "image/png")}
        assert (await sends(browser, f"{PAGE}/logo", files=picture)).status_code == 403


async def invited_operator(instance, number="1"):
    """The link of somebody who was invited to operate the instance, as the mail has it."""
    gift = Gift(Role.OPERATOR, date(2026, 1, 1), Role.OPERATOR)
    newcomer = Newcomer("Odile", "Exemple", f"odile{number}@ouest.example")
    db = instance.dbs["directory"]
    given = await db.command(lambda tx: give_to_newcomer(newcomer, gift, tx))
    invitation = await db.command(lambda tx: store.lock_open(given.person.id, tx))
    secret = "s" * 40 + number
    await db.command(lambda tx: compose(invitation.id, secret, ("Ouest", ""), tx))
    return f"/directory/invitations/{secret}"


async def has_an_address(instance, person):
    async with instance.dbs["directory"].transaction() as tx:
        await tx.execute(
            "INSERT INTO people (id, version, given_name, family_name, language) "
            "VALUES ($1, 1, 'Odile', 'Exemple', 'fr')",
            person,
        )
        await tx.execute(
            "INSERT INTO contact_points (person_id, place, kind, value) "
            "VALUES ($1, 1, 'email', 'operatrice@ouest.example')",
            person,
        )
