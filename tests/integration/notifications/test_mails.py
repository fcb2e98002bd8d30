"""Notices by mail, through a real mail server that is there, away, busy or strict."""

import asyncio
import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import pytest

from intercoop_contracts.directory import PEOPLE
from intercoop_notifications.main import SERVICE
from testkit import mail_process
from testkit.ids import new_id
from testkit.nodes import until
from testkit.notifications_service import (
    OWNER,
    NotificationsService,
    person_view,
    registration_view,
)

OFF = {"meetings": {"mail": False}, "advice": {"mail": True}}
ON = {"meetings": {"mail": True}, "advice": {"mail": True}}


def at(moment, **fields):
    """A registration for a meeting that begins then."""
    return {"starts": moment, "ends": moment + timedelta(hours=3), **fields}


async def test_a_notice_comes_by_mail_as_mail_programs_like_it(service, smtp_server):
    person = await service.person("camille@example.org")
    view = registration_view(person, **at(datetime(2030, 12, 5, 13, tzinfo=UTC)))
    await service.registers(person, view)
    service.start_posting()
    await service.mail_becomes("done")

    (mail,) = smtp_server.received
    (notice,) = await service.notices(person)
    assert smtp_server.recipients == ["camille@example.org"]
    assert mail["Subject"] == "Vous avez une place : Visite de l’atelier à Rodez"
    assert mail["From"] == "Intercoop midi-pyrenees <intercoop@scop.example>"
    assert mail["Message-ID"] == f"<{notice['id']}@midi-pyrenees.test>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert abs(parsedate_to_datetime(mail["Date"]) - datetime.now(UTC)) < timedelta(minutes=5)
    stop = re.fullmatch(
        "<(https://coop.example/notifications/api/stop/[A-Za-z0-9_-]{43})>",
        mail["List-Unsubscribe"],
    )
    text, html = (mail.get_body((kind,)).get_content() for kind in ("plain", "html"))
    page = stop[1].replace("/notifications/api/", "/notifications/")
    for part in (text, html):
        assert "jeudi 5 décembre 2030 à 14 h 00" in part
        assert "parce que vous vous êtes inscrit·e" in part
        assert page in part


async def test_it_is_in_the_persons_language(service, smtp_server):
    person = await service.person(language="en")
    await service.registers(person)
    service.start_posting()
    await service.mail_becomes("done")
    (mail,) = smtp_server.received
    assert mail["Subject"].startswith("You have a seat: ")
    assert mail["Content-Language"] == "en"


async def test_a_server_that_is_down_and_comes_back_gets_it_once(service, smtp_server):
    await smtp_server.close()
    person = await service.person()
    await service.registers(person)
    service.start_posting()
    waiting = await service.mail_becomes("pending", attempts=1)
    assert waiting["last_error"].startswith("the mail server cannot be reached")

    await smtp_server.open()
    async with service.client(roles=["staff"]) as staff:
        tried = await staff.post(f"/mails/{waiting['id']}/retry")
        assert tried.status_code == 200, tried.text
    done = await service.mail_becomes("done")

    assert len(smtp_server.received) == 1
    assert done["attempts"] == 2


@pytest.mark.parametrize("where", ["answers", "on_recipient"])
async def test_a_server_that_is_busy_is_asked_again(service, smtp_server, where):
    setattr(smtp_server, where, ["451 4.3.0 Try camille@example.org later"])
    person = await service.person()
    await service.registers(person)
    service.start_posting()
    waiting = await service.mail_becomes("pending", attempts=1)
    assert re.fullmatch(
        r"the mail server refuses the (mail|recipient) \(451 4\.3\.0\)", waiting["last_error"]
    )

    await service.execute("UPDATE jobs SET next_try_at = now()")

    await service.mail_becomes("done")
    assert len(smtp_server.received) == 1


@pytest.mark.parametrize("where", ["answers", "on_recipient"])
async def test_what_a_server_refuses_for_good_is_not_tried_again(service, smtp_server, where):
    setattr(smtp_server, where, ["550 5.1.1 camille@example.org is unknown here"])
    person = await service.person()
    await service.registers(person)
    service.start_posting()
    failed = await service.mail_becomes("failed")
    assert re.fullmatch(
        r"the mail server refuses the (mail|recipient) \(550 5\.1\.1\)", failed["last_error"]
    )
    assert failed["attempts"] == 1
    assert "example.org" not in str(failed), "staff see no address"

    async with service.client(roles=["staff"]) as staff:
        again = await staff.post(f"/mails/{failed['id']}/retry")
        assert again.json()["state"] == "pending", "but somebody may try it by hand"
        await service.mail_becomes("done")
        assert (await staff.post(f"/mails/{failed['id']}/retry")).status_code == 409
        assert (await staff.post(f"/mails/{new_id(OWNER)}/retry")).status_code == 404
    assert len(smtp_server.received) == 1


async def test_no_mail_comes_after_the_meeting_began(service, smtp_server):
    await smtp_server.close()
    person = await service.person()
    soon = datetime.now(UTC) + timedelta(seconds=1)
    await service.registers(person, registration_view(person, **at(soon)))
    service.start_posting()
    await service.mail_becomes("expired")
    await smtp_server.open()

    past = registration_view(person, **at(datetime.now(UTC) - timedelta(minutes=1)))
    await service.registers(person, past)

    async def both_expired():
        return [mail["state"] for mail in await service.mails()] == ["expired"] * 2

    await until(both_expired, what="both too late")
    assert smtp_server.received == []
    assert len(await service.notices(person)) == 2, "in the application they stay"


async def test_a_process_killed_between_sending_and_noting_sends_the_same_message_again(
    service, smtp_server
):
    person = await service.person()
    await service.registers(person)
    dying = mail_process.start(service.settings, dies=True)
    assert await asyncio.to_thread(dying.wait, 120) == -9
    assert len(smtp_server.received) == 1
    assert (await service.mails())[0]["state"] == "pending"

    service.start_posting()
    done = await service.mail_becomes("done")

    first, second = smtp_server.received
    assert first["Message-ID"] == second["Message-ID"]
    assert done["attempts"] == 2


async def test_an_address_that_arrives_later_is_used_at_once(service, smtp_server):
    person = new_id(OWNER)
    await service.registers(person)
    service.start_posting()
    unknown = await service.mail_becomes("pending", attempts=1)
    assert unknown["last_error"] == "the person is not in the directory yet"

    await service.hears(PEOPLE, person, person_view(email=None))
    await service.execute("UPDATE jobs SET next_try_at = now()")
    without = await service.mail_becomes("pending", attempts=2)
    assert without["last_error"] == "the person has no e-mail address in the directory"

    await service.hears(PEOPLE, person, person_view("camille@example.org"))

    await service.mail_becomes("done")
    assert smtp_server.recipients == ["camille@example.org"]


async def test_the_address_is_the_one_of_the_moment_when_it_leaves(service, smtp_server):
    person = await service.person("old@example.org")
    await service.registers(person)
    await service.hears(PEOPLE, person, person_view("new@example.org"))
    service.start_posting()
    await service.mail_becomes("done")
    assert smtp_server.recipients == ["new@example.org"]


async def test_an_erased_person_gets_no_mail_any_more(service, smtp_server):
    person = await service.person()
    await service.registers(person)
    await service.forgets(person)
    service.start_posting()
    failed = await service.mail_becomes("failed")
    assert "erased" in failed["last_error"]
    assert smtp_server.received == []


async def test_who_wants_no_mails_gets_notices_and_no_mails(service):
    person = await service.person()
    async with service.client(person) as me:
        assert (await me.get("/preferences")).json() == ON
        assert (await me.put("/preferences", json=OFF)).json() == OFF
        assert (await me.get("/preferences")).json() == OFF
    await service.registers(person)
    assert len(await service.notices(person)) == 1
    assert await service.mails() == []


async def test_preferences_are_asked_again_when_a_mail_leaves(service, smtp_server):
    person = await service.person()
    await service.registers(person)
    async with service.client(person) as me:
        await me.put("/preferences", json=OFF)
    service.start_posting()
    failed = await service.mail_becomes("failed")
    assert failed["last_error"] == "the person has turned mails of this topic off"
    assert smtp_server.received == []


async def test_without_a_mail_server_mails_wait_and_it_is_said(platform, issuer, smtp_server):
    dsn = await platform.database(SERVICE)
    service = NotificationsService(dsn, issuer)
    await service.open()
    service.start_posting()
    person = await service.person()
    await service.registers(person)

    async def noted():
        return service.health.notes

    missing = "waits for settings: INTERCOOP_SMTP, INTERCOOP_MAIL_FROM, INTERCOOP_PUBLIC_URL"
    assert await until(noted, what="a note") == {"notifications.mail": missing}
    (waiting,) = await service.mails()
    assert (waiting["state"], waiting["attempts"], waiting["last_error"]) == ("pending", 0, missing)
    async with service.anyone() as anyone:
        ready = await anyone.get("http://notifications.test/health/ready")
        assert ready.status_code == 200, "everything else works"
        remark = {"name": "notifications.mail", "well": True, "reason": missing}
        assert remark in ready.json()["checks"]
    await service.close()

    set_up = NotificationsService(
        dsn,
        issuer,
        smtp=smtp_server.url,
        mail_from="a@b.example",
        public_url="https://coop.example",
    )
    set_up.start_posting()
    await set_up.mail_becomes("done")
    await set_up.close()
    assert len(smtp_server.received) == 1


async def test_an_address_with_an_accent_reaches_a_server_that_takes_it(service, smtp_server):
    person = await service.person("hélène@example.org")
    await service.registers(person)
    service.start_posting()
    await service.mail_becomes("done")
    assert smtp_server.recipients == ["hélène@example.org"]


async def test_staff_list_mails_by_state_page_by_page_without_addresses(service, smtp_server):
    smtp_server.answers = ["550 No"]
    person = await service.person()
    await service.registers(person)
    service.start_posting()
    await service.mail_becomes("failed")
    for _ in range(4):
        await service.registers(person)

    async def all_left():
        return len(await service.mails("done")) == 4

    await until(all_left, what="the others")
    assert [mail["state"] for mail in await service.mails("failed")] == ["failed"]
    seen, cursor = [], None
    async with service.client(roles=["staff"]) as staff:
        while True:
            query = {"limit": 2} | ({"cursor": cursor} if cursor else {})
            page = (await staff.get("/mails", params=query)).json()
            seen += [mail["id"] for mail in page["items"]]
            cursor = page["next"]
            if cursor is None:
                break
    assert seen == [notice["id"] for notice in await service.notices(person)]
    newest = (await service.mails("done"))[0]
    assert (newest["person_id"], newest["kind"]) == (str(person), "registration-seated")
    assert newest["finished_at"] is not None
    assert newest["next_try_at"] is None
