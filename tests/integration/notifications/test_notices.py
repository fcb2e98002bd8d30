"""Who hears of what, once, in their language, and who may read it."""

import asyncio
import json
from datetime import timedelta

import pytest

from intercoop_chassis.replay import replay
from intercoop_contracts.directory import PEOPLE
from intercoop_contracts.events import REGISTRATIONS, RefusalReason, RegistrationState
from intercoop_contracts.streams import End, Ended
from intercoop_notifications.main import SERVICE
from testkit.ids import new_id
from testkit.in_memory_network import state_event
from testkit.notifications_service import registration_view

STATES = RegistrationState
NOBODYS = "9ec8ec42-6d14-45c3-8200-c05ffa995828"
"""An id that nothing has."""


def steps(person, *states, **fields):
    """One registration in these states."""
    first = registration_view(person, **fields)
    return [first.model_copy(update={"state": state}) for state in states]


@pytest.mark.parametrize(
    ("states", "kinds"),
    [
        ([STATES.ASKED], []),
        ([STATES.ASKED, STATES.SEATED], ["registration-seated"]),
        ([STATES.SEATED], ["registration-seated"]),
        (
            [STATES.ASKED, STATES.WAITING, STATES.SEATED],
            ["registration-waiting", "registration-seated"],
        ),
        ([STATES.ASKED, STATES.REFUSED], ["registration-refused"]),
        ([STATES.ASKED, STATES.LAPSED], ["registration-lapsed"]),
        ([STATES.SEATED, STATES.CANCELLED], ["registration-seated", "registration-cancelled"]),
        ([STATES.SEATED, STATES.WITHDRAWN], ["registration-seated"]),
    ],
)
async def test_a_person_hears_what_others_decided(service, states, kinds):
    person = await service.person()
    await service.registers(person, *steps(person, *states))
    assert await service.kinds(person) == kinds


async def test_a_notice_says_what_why_and_about_what(service):
    person = await service.person()
    view = registration_view(person, starts="2026-12-03T13:00:00Z", ends="2026-12-03T16:00:00Z")
    code = await service.registers(person, view)
    (notice,) = await service.notices(person)
    assert notice["title"] == "Vous avez une place : Visite de l’atelier à Rodez"
    assert "jeudi 3 décembre 2026 à 14 h 00" in notice["text"]
    assert "Atelier du Canal, Rodez" in notice["text"]
    assert "parce que vous vous êtes inscrit·e" in notice["why"]
    assert (notice["topic"], notice["language"], notice["read_at"]) == ("meetings", "fr", None)
    assert notice["link"] == {
        "organiser": "midi-pyrenees",
        "meeting_id": str(view.meeting_id),
        "registration_id": str(code),
        "request_id": None,
        "organisation_id": None,
    }


async def test_a_refusal_says_why(service):
    person = await service.person()
    view = registration_view(person, STATES.REFUSED, refused_because=RefusalReason.STARTED)
    await service.registers(person, view)
    (notice,) = await service.notices(person)
    assert "la rencontre avait déjà commencé" in notice["text"]


async def test_a_move_is_told_with_both_dates_to_those_who_are_registered(service):
    person, gone = await service.person(), await service.person()
    for whom, state in ((person, STATES.SEATED), (gone, STATES.WITHDRAWN)):
        before = registration_view(
            whom, state, starts="2026-12-01T13:00:00Z", ends="2026-12-01T16:00:00Z"
        )
        after = before.model_copy(
            update={
                "starts": before.starts + timedelta(days=2),
                "ends": before.ends + timedelta(days=2),
            }
        )
        await service.registers(whom, before, after)
    moved, _ = await service.notices(person)
    assert moved["kind"] == "meeting-moved"
    assert "mardi 1er décembre 2026 à 14 h 00" in moved["text"]
    assert "jeudi 3 décembre 2026 à 14 h 00" in moved["text"]
    assert await service.notices(gone) == []


async def test_several_steps_that_arrive_as_one_are_one_notice(service):
    person = await service.person()
    code = new_id("midi-pyrenees")
    asked, *rest = steps(person, STATES.ASKED, STATES.WAITING, STATES.SEATED)
    await service.hears(REGISTRATIONS, code, asked)
    await service.hears(REGISTRATIONS, code, *rest, as_one=True)
    (notice,) = await service.notices(person)
    assert notice["kind"] == "registration-seated"
    assert "liste d’attente" not in notice["title"]


async def test_the_same_again_is_told_once(service):
    person = await service.person()
    view = registration_view(person)
    event = state_event(REGISTRATIONS, "midi-pyrenees", new_id("midi-pyrenees"), view)
    for _ in range(3):
        await service.consumer.receive([event])
    for stream in (PEOPLE, REGISTRATIONS):
        await replay(service.db, SERVICE.subscribers, stream.id)
    assert await service.kinds(person) == ["registration-seated"]
    assert len(await service.mails()) == 1


async def test_history_is_not_told(service):
    person = await service.person()
    event = state_event(
        REGISTRATIONS, "midi-pyrenees", new_id("midi-pyrenees"), registration_view(person)
    )
    envelope = event.envelope._replace(time=event.envelope.time - timedelta(hours=1))
    await service.consumer.receive([event._replace(envelope=envelope)])
    assert await service.notices(person) == []
    after = registration_view(person, STATES.CANCELLED)
    later = state_event(REGISTRATIONS, "midi-pyrenees", event.envelope.subject, after, 2)
    await service.consumer.receive([later])
    assert await service.kinds(person) == ["registration-cancelled"], "but what comes after it is"


async def test_a_registration_that_was_erased_is_no_news(service):
    person = await service.person()
    code = await service.registers(person)
    await service.hears(REGISTRATIONS, code, Ended(ended=End(reason="erased", erased=True)))
    assert await service.kinds(person) == ["registration-seated"]


async def test_words_are_in_the_language_that_the_person_has_when_they_read(service):
    person = await service.person(language="en")
    await service.registers(person)
    (english,) = await service.notices(person)
    assert english["title"].startswith("You have a seat: ")
    assert english["language"] == "en"
    unknown = new_id("midi-pyrenees")
    await service.registers(unknown)
    (french,) = await service.notices(unknown)
    assert french["title"].startswith("Vous avez une place : ")


async def test_nobody_reads_what_is_anothers(service):
    person, other = await service.person(), await service.person()
    await service.registers(person)
    (notice,) = await service.notices(person)
    assert await service.notices(other) == []
    async with service.client(other) as me, service.client(other, roles=["staff"]) as staff:
        for client in (me, staff):
            answer = await client.post(f"/notices/{notice['id']}/read")
            assert answer.status_code == 404
        assert (await me.get("/notices/count")).json() == {"unread": 0}
        assert (await me.post("/notices/read-all")).json() == {"read": 0}
    assert (await service.notices(person))[0]["read_at"] is None


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/notices"),
        ("GET", "/notices/count"),
        ("GET", "/notices/live"),
        ("POST", f"/notices/{NOBODYS}/read"),
        ("POST", "/notices/read-all"),
        ("GET", "/preferences"),
        ("PUT", "/preferences"),
        ("GET", "/mails"),
        ("POST", f"/mails/{NOBODYS}/retry"),
        ("GET", "/undelivered"),
    ],
)
async def test_strangers_are_turned_away(service, method, path):
    body = {"meetings": {"mail": True}, "advice": {"mail": True}} if method == "PUT" else None
    async with service.anyone() as anyone:
        assert (await anyone.request(method, path, json=body)).status_code == 401


async def test_mails_and_the_undelivered_are_for_staff(service):
    async with service.client(roles=["member", "elected", "operator"]) as member:
        for path in ("/mails", "/undelivered"):
            assert (await member.get(path)).status_code == 403
        assert (await member.post(f"/mails/{NOBODYS}/retry")).status_code == 403


async def test_reading_is_noted_once_and_counted(service):
    person = await service.person()
    for _ in range(3):
        await service.registers(person)
    newest, *_ = await service.notices(person)
    async with service.client(person) as me:
        assert (await me.get("/notices/count")).json() == {"unread": 3}
        first = (await me.post(f"/notices/{newest['id']}/read")).json()
        again = (await me.post(f"/notices/{newest['id']}/read")).json()
        assert first["read_at"] is not None
        assert again == first
        unread = (await me.get("/notices", params={"unread": True})).json()["items"]
        assert newest["id"] not in {notice["id"] for notice in unread}
        assert len(unread) == 2
        assert (await me.post("/notices/read-all")).json() == {"read": 2}
        assert (await me.get("/notices/count")).json() == {"unread": 0}
    assert len(await service.notices(person)) == 3


async def test_a_request_that_comes_twice_has_one_effect_and_one_answer(service):
    person = await service.person()
    await service.registers(person)
    async with service.client(person) as me:
        key = {"Idempotency-Key": "one"}
        assert (await me.post("/notices/read-all", headers=key)).json() == {"read": 1}
        assert (await me.post("/notices/read-all", headers=key)).json() == {"read": 1}


async def test_pages_show_every_notice_once_the_newest_first(service):
    person = await service.person()
    codes = [str(await service.registers(person)) for _ in range(5)]
    seen, cursor = [], None
    async with service.client(person) as me:
        while True:
            query = {"limit": 2} | ({"cursor": cursor} if cursor else {})
            page = (await me.get("/notices", params=query)).json()
            seen += [notice["link"]["registration_id"] for notice in page["items"]]
            cursor = page["next"]
            if cursor is None:
                break
    assert seen == codes[::-1]


async def test_a_person_who_is_erased_leaves_nothing_here(service):
    person = await service.person()
    await service.registers(person)
    async with service.client(person) as me:
        await me.put("/preferences", json={"meetings": {"mail": False}, "advice": {"mail": True}})
    await service.forgets(person)
    left = """
    SELECT person_id FROM notices UNION ALL SELECT person_id FROM preferences
    UNION ALL SELECT person_id FROM recipients UNION ALL SELECT person_id FROM mandates
    """
    assert await service.fetch(left) == []


async def test_facts_are_kept_and_no_words(service):
    person = await service.person(email="camille@example.org")
    await service.registers(person)
    (row,) = await service.fetch("SELECT facts FROM notices")
    facts = json.loads(row["facts"])
    assert facts["title"] == "Visite de l’atelier à Rodez"
    assert "place" in facts["schedule"]
    stored = json.dumps(facts) + str(await service.fetch("SELECT * FROM jobs"))
    assert "camille" not in stored


async def test_who_is_erased_while_they_are_told_leaves_nothing_and_makes_no_deadlock(service):
    """Both lock the person's preference first, and then their place."""
    people = [await service.person() for _ in range(20)]
    for person in people:
        await service.registers(person)
        await asyncio.gather(service.registers(person), service.forgets(person))
    left = "SELECT place FROM notices WHERE person_id NOT IN (SELECT person_id FROM recipients)"
    assert await service.fetch(left) == []
