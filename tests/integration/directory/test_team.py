"""Équipe: roles given and ended, by whom, and to whom they may be given."""

from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from intercoop_chassis.pages.negotiate import Language
from intercoop_chassis.pages.words import words
from intercoop_chassis.standing import standing_of
from intercoop_directory.accounts.handlers.sessions import end_sessions_of
from testkit.ids import new_id
from testkit.page_rules import breaches
from testkit.served_instance import OWNER
from testkit.team import (
    NADIA,
    OF_SETUP,
    OURS,
    TEAM,
    day,
    gives,
    link_to,
    main_of,
    opens,
    person_named,
)


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("nadia@ouest.example", "déjà celle de quelqu’un"),
        ("contact@atelier.example", "contact public d’une structure"),
        ("nadia", "n’est pas une adresse électronique"),
    ],
)
async def test_no_right_comes_by_an_address_that_is_shared_or_is_none(
    instance, staff_browser, address, said
):
    await gives(staff_browser, **NADIA)
    async with instance.client(instance.token("staff")) as program:
        made = await program.post(
            "/directory/api/organisations",
            json={"name": "Atelier", "contact": {"email": "contact@atelier.example"}},
        )
        assert made.status_code == 201, made.text

    refused = await gives(staff_browser, given_name="Karim", family_name="Exemple", address=address)

    assert refused.status_code == 422
    assert said in refused.text
    assert 'href="#address"' in refused.text
    assert list(breaches(refused.text)) == []
    assert await person_named(instance, given_name="Karim") is None


async def test_operators_make_operators_and_staff_do_not(instance, staff_browser, operator_browser):
    page = await staff_browser.get(f"{TEAM}/give")
    refused = await gives(staff_browser, **NADIA, role="operator")
    assert 'value="operator"' not in page.text
    assert refused.status_code == 422
    assert "Seul un exploitant donne" in refused.text

    given = await gives(operator_browser, OF_SETUP, **NADIA, role="operator")
    assert (given.status_code, given.headers["location"]) == (303, OF_SETUP)
    assert "Exploitant·e depuis le" in main_of(await operator_browser.get(OF_SETUP))
    nadia = await person_named(instance)
    ended = await staff_browser.post(
        f"{TEAM}/{nadia}/end", data={"role": "operator", "day": day(1)}, headers=OURS
    )
    assert ended.status_code == 422


async def test_nobody_ends_the_role_of_the_last_who_operates(instance, operator_browser):
    await gives(operator_browser, OF_SETUP, **NADIA, role="operator")
    nadia = await person_named(instance)
    ending = {"role": "operator", "day": day(1)}
    last = await operator_browser.post(f"{OF_SETUP}/{nadia}/end", data=ending, headers=OURS)
    assert last.status_code == 422
    assert "plus personne n’exploiterait cette instance" in last.text

    karim = {"given_name": "Karim", "family_name": "Exemple", "address": "karim@ouest.example"}
    await gives(operator_browser, OF_SETUP, **karim, role="operator")
    done = await operator_browser.post(f"{OF_SETUP}/{nadia}/end", data=ending, headers=OURS)
    assert done.status_code == 303
    tomorrow = words(Language.FR).day(date.fromisoformat(day(1))).replace("\u00a0", " ")
    assert f"prend fin le {tomorrow}" in main_of(await operator_browser.get(OF_SETUP))


async def test_ending_ones_own_last_right_is_asked_before(
    instance, staff_browser, stranger, server
):
    await gives(staff_browser, **NADIA)
    await opens(stranger, await link_to(server))
    nadia = await person_named(instance)
    ending = {"role": "staff", "day": day()}

    asked = await stranger.post(f"{TEAM}/{nadia}/end", data=ending, headers=OURS)
    assert asked.status_code == 422
    assert "Vous fermeriez la porte derrière vous" in main_of(asked)
    assert (await stranger.get(TEAM)).status_code == 200

    sure = await stranger.post(f"{TEAM}/{nadia}/end", data={**ending, "sure": "true"}, headers=OURS)
    assert sure.status_code == 303
    async with instance.dbs["directory"].read() as tx:
        standing = await standing_of(nadia, datetime.now(UTC), tx)
    assert not standing.is_member


async def test_somebody_of_the_directory_is_found_by_name_and_given_a_second_role(
    instance, staff_browser, server
):
    await gives(staff_browser, **NADIA)
    found = await staff_browser.get(f"{TEAM}/give?q=nadïa")
    nadia = await person_named(instance)
    assert f'href="{TEAM}/give?person={nadia}"' in found.text

    again = await gives(staff_browser, person=str(nadia))
    assert again.status_code == 422
    assert "a déjà ce rôle" in again.text
    second = await gives(staff_browser, person=str(nadia), role="adviser")
    assert second.status_code == 303
    assert "Délégué·e" in main_of(await staff_browser.get(TEAM))


@pytest.mark.parametrize("path", ["invite", "revoke", "end"])
async def test_who_is_not_of_the_team_changes_nothing_of_it(instance, path):
    async with instance.browser(instance.token("member")) as member:
        answer = await member.post(f"{TEAM}/{UUID(str(new_id(OWNER)))}/{path}", headers=OURS)
    assert answer.status_code == 403


async def test_whose_sessions_staff_ended_before_they_ever_came_is_still_invited(
    instance, staff_browser
):
    await gives(staff_browser, **NADIA)
    nadia = await person_named(instance)

    await instance.dbs["directory"].command(lambda tx: end_sessions_of(nadia, tx))

    assert "Nadia Exemple invitation en cours" in main_of(await staff_browser.get(TEAM))
    await gives(staff_browser, person=str(nadia), role="adviser")
    async with instance.dbs["directory"].read() as tx:
        assert await tx.fetchval("SELECT count(*) FROM invitations") == 2
