"""Signing in and out with a browser, as somebody made up; and whom that is not for."""

import time
from datetime import UTC, datetime
from uuid import uuid4

import pytest

from intercoop_chassis.auth.files import UnusableFileError
from intercoop_chassis.standing import standing_of
from intercoop_directory.accounts.gateways.personas import written_personas
from testkit.made_up import make_up
from testkit.page_rules import breaches
from testkit.served_instance import serve_instance

OWN = {"Sec-Fetch-Site": "same-origin"}
CHOOSE, OUT = "/directory/sign-in/persona", "/directory/sign-out"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


@pytest.fixture
def personas(tmp_path):
    return written_personas(tmp_path / "personas.json", ())


@pytest.fixture
async def trial(platform, issuer, personas):
    """An instance for trying out, on this machine."""
    async with serve_instance(
        *(platform, issuer, "directory"), personas_file=personas, public_url="http://127.0.0.1:8600"
    ) as instance:
        yield instance


@pytest.fixture
async def people(trial, personas):
    return await make_up(trial, personas)


async def test_one_is_asked_who_one_wants_to_be_and_comes_to_the_page_that_one_came_for(
    trial, people
):
    wanted = "/directory/organisations?q=bois"
    async with trial.browser() as one:
        sent = await one.get(wanted)
        led = await one.get(sent.headers["location"])
        asked = await one.get(led.headers["location"])
        answer = await one.post(
            CHOOSE, data={"person": str(people["Nadia"]), "next": wanted}, headers=OWN
        )
        shown = await one.get(answer.headers["location"])
    assert led.headers["location"].startswith("/directory/sign-in?next=")
    assert "Qui voulez-vous être" in asked.text
    assert "Lucie Exemple, gérante de l&#39;Imprimerie du Cantal" in asked.text
    assert list(breaches(asked.text)) == []
    assert f'value="{wanted}"' in asked.text
    assert (answer.status_code, answer.headers["location"]) == (303, wanted)
    assert shown.status_code == 200


async def test_a_session_is_listed_with_the_browser_in_words(trial, people):
    async with trial.browser() as one:
        one.headers["User-Agent"] = FIREFOX
        await one.post(CHOOSE, data={"person": str(people["Lucie"])}, headers=OWN)
    async with trial.dbs["directory"].read() as tx:
        row = await tx.fetchrow("SELECT person_id, way, device, ended_at FROM sessions")
    assert tuple(row) == (people["Lucie"], "persona", "Firefox, Linux", None)


async def test_whoever_signs_out_has_no_session_any_more_even_with_the_cookie_kept(trial, people):
    async with trial.browser() as one:
        await one.post(CHOOSE, data={"person": str(people["Lucie"])}, headers=OWN)
        kept = dict(one.cookies)
        assert (await one.get("/")).status_code == 200
        answer = await one.post(OUT, headers=OWN)
        assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in")
        assert answer.headers["clear-site-data"] == '"cache", "storage"'
        assert not dict(one.cookies)
        one.cookies.update(kept)
        assert (await one.get("/")).status_code == 303
    async with trial.dbs["directory"].read() as tx:
        told = await standing_of(people["Lucie"], datetime.now(UTC), tx)
        (ended,) = await tx.fetch("SELECT id FROM sessions WHERE ended_at IS NOT NULL")
    assert told.ended_sessions == {ended["id"]}


async def test_a_session_that_is_due_for_renewal_is_not_put_back_by_signing_out_or_in(
    trial, people
):
    half_an_hour = int(time.time()) - 1_900
    old = trial.token("member", iat=half_an_hour, exp=half_an_hour + 3_600)
    for path, data in ((OUT, {}), (CHOOSE, {"person": str(people["Nadia"])})):
        async with trial.browser(old) as one:
            answer = await one.post(path, data=data, headers=OWN)
        assert answer.status_code == 303
        assert len(answer.headers.get_list("set-cookie")) == 1


async def test_made_up_people_are_for_whoever_asks_at_this_machines_own_address(trial, people):
    """A page of another name that leads here (DNS rebinding) is of one origin with itself."""
    async with trial.browser() as one:
        rebound = {**OWN, "Host": "evil.example"}
        answer = await one.post(CHOOSE, data={"person": str(people["Nadia"])}, headers=rebound)
        assert answer.status_code == 403
        assert not dict(one.cookies)
        asked = await one.get("/directory/sign-in", headers={"Host": "evil.example"})
        assert "Nadia" not in asked.text


@pytest.mark.parametrize("onward", ["https://evil.example/", "//evil.example", "/\\evil.example"])
async def test_nobody_is_led_to_another_site(trial, people, onward):
    chosen = {"person": str(people["Lucie"]), "next": onward}
    async with trial.browser() as one:
        led = await one.get("/sign-in", params={"next": onward})
        answer = await one.post(CHOOSE, data=chosen, headers=OWN)
    assert led.headers["location"] == "/directory/sign-in?next=%2F"
    assert answer.headers["location"] == "/"


@pytest.mark.parametrize("person", ["00000000-0000-8000-8000-000000000000", "nobody", ""])
async def test_nobody_is_signed_in_as_who_is_not_offered(trial, people, person):
    async with trial.browser() as one:
        answer = await one.post(CHOOSE, data={"person": person}, headers=OWN)
        assert answer.status_code == 422
        assert str(people["Lucie"]) in answer.text
        assert list(breaches(answer.text)) == []
        assert not dict(one.cookies)


async def test_whoever_may_do_nothing_today_is_not_offered_and_not_signed_in(trial, personas):
    people = await make_up(trial, personas, until=datetime.now(UTC).date().replace(year=2020))
    async with trial.browser() as one:
        asked = await one.get("/directory/sign-in")
        answer = await one.post(CHOOSE, data={"person": str(people["Lucie"])}, headers=OWN)
        assert not dict(one.cookies)
    assert "Nadia" in asked.text
    assert "Lucie" not in asked.text
    assert answer.status_code == 422


async def test_another_site_cannot_sign_anybody_in_or_out(trial, people):
    async with trial.browser() as one:
        chosen = {"person": str(people["Lucie"])}
        await one.post(CHOOSE, data=chosen, headers=OWN)
        for path in (CHOOSE, OUT):
            answer = await one.post(path, data=chosen, headers={"Origin": "https://evil.example"})
            assert answer.status_code == 403
        assert (await one.get("/")).status_code == 200


async def test_an_instance_without_made_up_people_offers_none(instance):
    async with instance.browser() as one:
        page = await one.get("/directory/sign-in")
        answer = await one.post(CHOOSE, data={"person": str(uuid4())}, headers=OWN)
    assert 'name="person"' not in page.text
    assert answer.status_code in {403, 422}


async def test_made_up_people_are_refused_where_others_reach_the_instance(
    platform, issuer, personas
):
    for elsewhere in (
        {"public_url": "https://a.example"},
        {"public_url": "http://localhost:8600", "http_host": "0.0.0.0"},  # noqa: S104
        {},
    ):
        with pytest.raises(UnusableFileError, match="INTERCOOP_PERSONAS_FILE"):
            async with serve_instance(
                *(platform, issuer, "directory"), personas_file=personas, **elsewhere
            ):
                pass
