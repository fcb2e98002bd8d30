"""Invitations: links that are sent by mail and open one account, once."""

from uuid import uuid4

from intercoop_contracts.ids import is_subject_of
from intercoop_directory.people.domain.erasing import ErasureReason
from intercoop_directory.people.handlers import erase_person
from testkit.delivered_mails import mail_to
from testkit.ids import new_id
from testkit.nodes import until
from testkit.served_instance import OWNER
from testkit.team import (
    NADIA,
    OURS,
    TEAM,
    changed,
    day,
    gives,
    invites,
    link_to,
    main_of,
    opens,
    person_named,
)

WAITING = "SELECT count(*) FROM jobs WHERE kind = 'invitation-mail' AND state = 'pending'"
COMPOSED = "SELECT count(*) FROM jobs WHERE kind = 'invitation-mail' AND leased_until > now()"


async def test_a_newcomer_is_given_a_role_invited_and_comes_in_by_the_link(
    instance, staff_browser, stranger, server
):
    given = await gives(staff_browser, **NADIA)
    assert (given.status_code, given.headers["location"]) == (303, TEAM)
    team = main_of(await staff_browser.get(TEAM))
    assert "Nadia Exemple a ce rôle. Son invitation part maintenant" in team
    assert "Nadia Exemple invitation en cours Permanent·e depuis le" in team

    mail = await mail_to(server, "nadia@ouest.example")
    assert mail["Subject"] == "ouest vous invite sur Intercoop"
    assert "Bonjour Nadia Exemple" in mail.get_content()
    link = await link_to(server)
    page = await stranger.get(link)
    assert "Bienvenue, Nadia Exemple" in main_of(page)
    assert page.headers["cache-control"] == "no-store"

    opened = await opens(stranger, link)
    assert opened.status_code == 303
    assert (await stranger.get(TEAM)).status_code == 200
    assert "Nadia Exemple compte ouvert" in main_of(await staff_browser.get(TEAM))
    async with instance.dbs["directory"].read() as tx:
        verified = await tx.fetchval("SELECT address FROM verified_addresses")
        ways = await tx.fetch("SELECT way FROM sessions")
    assert (verified, [row["way"] for row in ways]) == ("nadia@ouest.example", ["invitation"])


async def test_looking_at_a_link_consumes_nothing_and_it_opens_once(
    instance, staff_browser, stranger, server
):
    await gives(staff_browser, **NADIA)
    link = await link_to(server)
    for _ in range(3):
        assert (await stranger.get(link)).status_code == 200
    await opens(stranger, link)

    async with instance.browser() as second:
        again = await opens(second, link)
        assert again.status_code == 410
        assert "a déjà servi" in main_of(again)
        assert (await second.get(TEAM)).status_code == 303


async def test_a_newer_invitation_voids_the_one_before_and_a_revoked_one_opens_nothing(
    instance, staff_browser, stranger, server
):
    await gives(staff_browser, **NADIA)
    first = await link_to(server)
    nadia = await person_named(instance)
    await invites(staff_browser, nadia)
    second = await link_to(server, number=2)

    assert (await opens(stranger, first)).status_code == 410
    assert (await stranger.get(second)).status_code == 200
    await staff_browser.post(f"{TEAM}/{nadia}/revoke", headers=OURS)
    assert (await opens(stranger, second)).status_code == 410
    assert "pas d’invitation valable" in main_of(await staff_browser.get(TEAM))


async def test_a_link_to_an_address_that_is_somebody_elses_too_by_now_opens_nothing(
    instance, staff_browser, stranger, server
):
    await gives(staff_browser, **NADIA)
    link = await link_to(server)
    karim = {"given_name": "Karim", "family_name": "Exemple", "address": "karim@ouest.example"}
    await gives(staff_browser, **karim)
    await changed(
        instance,
        "UPDATE contact_points SET value = 'Nadia@ouest.example' WHERE value = 'karim@ouest.example'",
    )

    assert (await stranger.get(link)).status_code == 410
    assert (await opens(stranger, link)).status_code == 410
    assert (await stranger.get(TEAM)).status_code == 303


async def test_an_invitation_is_good_for_seven_days(instance, staff_browser, stranger, server):
    await gives(staff_browser, **NADIA)
    link = await link_to(server)
    await changed(instance, "UPDATE invitations SET invited_at = now() - interval '7 days'")

    late = await opens(stranger, link)

    assert late.status_code == 410
    assert "sept jours, qui sont passés" in main_of(late)
    assert "pas d’invitation valable" in main_of(await staff_browser.get(TEAM))


async def test_the_mail_of_a_revoked_invitation_does_not_leave(instance, staff_browser, server):
    async def settled(question: str = WAITING) -> bool:
        async with instance.dbs["directory"].read() as tx:
            return not await tx.fetchval(question)

    await server.close()
    await gives(staff_browser, **NADIA)
    await staff_browser.post(f"{TEAM}/{await person_named(instance)}/revoke", headers=OURS)
    await until(lambda: settled(COMPOSED), what="no mail that was composed before")
    await server.open()
    await gives(
        staff_browser, given_name="Karim", family_name="Exemple", address="karim@ouest.example"
    )
    await changed(instance, "UPDATE jobs SET due_at = now() WHERE kind = 'invitation-mail'")

    await until(settled, what="both mails, of which one leaves")
    assert server.recipients == ["karim@ouest.example"]


async def test_only_the_hash_of_a_link_is_kept(instance, staff_browser, server):
    await gives(staff_browser, **NADIA)
    secret = (await link_to(server)).rpartition("/")[2]

    async with instance.dbs["directory"].read() as tx:
        rows = await tx.fetch("SELECT links::text AS said FROM invitation_links AS links")
        jobs = await tx.fetch("SELECT payload::text AS said FROM jobs")
    said = " ".join(row["said"] for row in [*rows, *jobs])
    assert len(secret) == 43
    assert secret not in said
    assert secret.encode().hex() not in said


async def test_another_site_opens_no_account_in_somebodys_browser(staff_browser, stranger, server):
    await gives(staff_browser, **NADIA)
    link = await link_to(server)

    forged = await opens(stranger, link, **{"Sec-Fetch-Site": "cross-site"})

    assert forged.status_code == 403
    assert (await stranger.get(link)).status_code == 200


async def test_an_address_that_became_anothers_opens_nothing(
    instance, staff_browser, stranger, server
):
    await gives(staff_browser, **NADIA)
    link = await link_to(server)
    await changed(
        instance,
        "UPDATE contact_points SET value = 'autre@ouest.example' WHERE value LIKE 'nadia%'",
    )

    assert (await opens(stranger, link)).status_code == 410


async def test_a_role_that_begins_later_opens_on_its_day(instance, staff_browser, stranger, server):
    await gives(staff_browser, **NADIA, since=day(3))
    link = await link_to(server)

    early = await opens(stranger, link)
    assert early.status_code == 410
    assert "pas en cours aujourd’hui" in main_of(early)
    await changed(instance, "UPDATE mandates SET since = current_date - 1")
    assert (await opens(stranger, link)).status_code == 303


async def test_whoever_is_erased_leaves_no_invitation(instance, staff_browser, server):
    await gives(staff_browser, **NADIA)
    await link_to(server)
    nadia = await person_named(instance)
    assert is_subject_of(str(nadia), OWNER)
    await instance.dbs["directory"].command(
        lambda tx: erase_person(nadia, ErasureReason.ASKED, new_id(OWNER), tx)
    )
    async with instance.dbs["directory"].read() as tx:
        assert await tx.fetchval("SELECT count(*) FROM invitations") == 0
        assert await tx.fetchval("SELECT count(*) FROM invitation_links") == 0


async def test_what_is_sent_twice_gives_one_role_and_sends_one_invitation(
    instance, staff_browser, server
):
    sent = {**NADIA, "once": str(uuid4())}
    first, second = [await gives(staff_browser, **sent) for _ in range(2)]
    nadia = await person_named(instance)
    again = {"once": str(uuid4())}
    third, fourth = [await invites(staff_browser, nadia, **again) for _ in range(2)]

    assert [one.status_code for one in (first, second, third, fourth)] == [303] * 4
    assert second.headers["location"] == fourth.headers["location"] == TEAM
    async with instance.dbs["directory"].read() as tx:
        assert await tx.fetchval("SELECT count(*) FROM invitations") == 2


async def test_somebody_is_invited_five_times_a_day_at_most(instance, staff_browser):
    await gives(staff_browser, **NADIA)
    nadia = await person_named(instance)
    answers = [(await invites(staff_browser, nadia)).status_code for _ in range(5)]
    assert answers == [303] * 4 + [422]
