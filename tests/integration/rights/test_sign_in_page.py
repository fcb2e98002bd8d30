"""Signing in as somebody made up, and out again, with a browser."""

import time
from uuid import uuid4

import pytest

from intercoop_chassis.auth import Role
from intercoop_chassis.auth.files import UnusableFileError
from intercoop_chassis.auth.personas import Persona, written_personas
from testkit.page_rules import breaches
from testkit.served_instance import serve_instance

OWN = {"Sec-Fetch-Site": "same-origin"}
PEOPLE = tuple(Persona(role=role, person=uuid4()) for role in (Role.MEMBER, Role.STAFF))


@pytest.fixture
async def trial(platform, issuer, tmp_path):
    """An instance for trying out, on this machine."""
    personas = written_personas(tmp_path / "personas.json", PEOPLE)
    async with serve_instance(
        *(platform, issuer, "directory"), personas_file=personas, public_url="http://127.0.0.1:8600"
    ) as instance:
        yield instance


async def test_one_is_asked_who_one_wants_to_be_and_comes_to_the_page_that_one_came_for(trial):
    async with trial.browser() as one:
        sent = await one.get("/directory/organisations?q=bois")
        asked = await one.get(sent.headers["location"])
        onward = {"role": "staff", "next": "/directory/organisations?q=bois"}
        answer = await one.post("/sign-in", data=onward, headers=OWN)
        shown = await one.get(answer.headers["location"])
    assert "Qui voulez-vous être" in asked.text
    assert list(breaches(asked.text)) == []
    assert 'value="/directory/organisations?q=bois"' in asked.text
    assert (answer.status_code, answer.headers["location"]) == (303, onward["next"])
    assert shown.status_code == 200


async def test_whoever_signs_out_has_no_session_any_more_even_with_the_cookie_kept(trial):
    async with trial.browser() as one:
        await one.post("/sign-in", data={"role": "member"}, headers=OWN)
        kept = dict(one.cookies)
        answer = await one.post("/sign-out", headers=OWN)
        assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in")
        assert answer.headers["clear-site-data"] == '"cache", "storage"'
        assert not dict(one.cookies)
        one.cookies.update(kept)
        assert (await one.get("/")).status_code == 303


async def test_a_session_that_is_due_for_renewal_is_not_put_back_by_signing_out_or_in(trial):
    half_an_hour = int(time.time()) - 1_900
    old = trial.token("member", iat=half_an_hour, exp=half_an_hour + 3_600)
    for path, data in (("/sign-out", {}), ("/sign-in", {"role": "staff"})):
        async with trial.browser(old) as one:
            answer = await one.post(path, data=data, headers=OWN)
        assert answer.status_code == 303
        assert len(answer.headers.get_list("set-cookie")) == 1


async def test_made_up_people_are_for_whoever_asks_at_this_machines_own_address(trial):
    """A page of another name that leads here (DNS rebinding) is of one origin with itself."""
    async with trial.browser() as one:
        rebound = {**OWN, "Host": "evil.example"}
        answer = await one.post("/sign-in", data={"role": "staff"}, headers=rebound)
        assert answer.status_code == 403
        assert not dict(one.cookies)


@pytest.mark.parametrize("onward", ["https://evil.example/", "//evil.example", "/\\evil.example"])
async def test_nobody_is_led_to_another_site(trial, onward):
    async with trial.browser() as one:
        answer = await one.post("/sign-in", data={"role": "member", "next": onward}, headers=OWN)
    assert answer.headers["location"] == "/"


@pytest.mark.parametrize("role", ["operator", "nobody", ""])
async def test_nobody_is_signed_in_as_who_is_not_offered(trial, role):
    async with trial.browser() as one:
        answer = await one.post("/sign-in", data={"role": role}, headers=OWN)
        assert answer.status_code == 422
        assert not dict(one.cookies)


async def test_another_site_cannot_sign_anybody_in_or_out(trial):
    async with trial.browser() as one:
        await one.post("/sign-in", data={"role": "member"}, headers=OWN)
        for path in ("/sign-in", "/sign-out"):
            answer = await one.post(
                path, data={"role": "staff"}, headers={"Origin": "https://evil.example"}
            )
            assert answer.status_code == 403
        assert (await one.get("/")).status_code == 200


async def test_an_instance_without_made_up_people_offers_none(instance):
    async with instance.browser() as one:
        page = await one.get("/sign-in")
        answer = await one.post("/sign-in", data={"role": "staff"}, headers=OWN)
    assert 'name="role"' not in page.text
    assert answer.status_code == 422


async def test_made_up_people_are_refused_where_others_reach_the_instance(
    platform, issuer, tmp_path
):
    personas = written_personas(tmp_path / "personas.json", PEOPLE)
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
