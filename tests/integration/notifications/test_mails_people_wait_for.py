"""Mails to addresses as people write them, what is stuck, and why a meeting is cancelled."""

from intercoop_contracts.directory import PEOPLE, ContactKind, ContactPointView
from intercoop_contracts.events import RegistrationState
from testkit.nodes import until
from testkit.notifications_service import person_view, registration_view


async def test_an_address_that_was_kept_with_what_a_link_put_around_it_is_sent_to(
    service, smtp_server
):
    person = await service.person("mailto:camille@example.org")
    await service.registers(person)
    service.start_posting()
    await service.mail_becomes("done")
    assert smtp_server.recipients == ["camille@example.org"]


async def test_of_several_addresses_the_first_that_mails_can_be_sent_to_is_taken(
    service, smtp_server
):
    points = tuple(
        ContactPointView(kind=ContactKind.EMAIL, value=value)
        for value in ("a@x.example / b@x.example", "camille@example.org")
    )
    person = await service.person(contact_points=points)
    await service.registers(person)
    service.start_posting()
    await service.mail_becomes("done")
    assert smtp_server.recipients == ["camille@example.org"]


async def test_what_is_stuck_is_shown_to_staff_until_somebody_has_corrected_it(
    service, smtp_server
):
    person, other = await service.person("nobody"), await service.person(None)
    for one in (person, other):
        await service.registers(one)
    service.start_posting()
    async with service.client(roles=["staff"]) as staff:

        async def stuck():
            answer = await staff.get("/mails", params={"stuck": "true"})
            return {one["person_id"]: one["last_error"] for one in answer.json()["items"]}

        async def both():
            found = await stuck()
            return found if len(found) == 2 else None

        found = await until(both, what="two mails that are stuck")
        await service.hears(PEOPLE, person, person_view("camille@example.org"))
        await service.hears(PEOPLE, other, person_view("claude@example.org"))

        async def none():
            return await stuck() == {}

        await until(none, what="no mail that is stuck")
    assert found == {
        str(person): "the person's e-mail address is none that mails can be sent to: "
        "correct it in the directory",
        str(other): "the person has no e-mail address in the directory",
    }
    assert sorted(smtp_server.recipients) == ["camille@example.org", "claude@example.org"]


async def test_why_a_meeting_is_cancelled_is_in_the_mail_in_the_organisers_words(
    service, smtp_server
):
    for language in ("fr", "en"):
        person = await service.person(language=language)
        cancelled = registration_view(
            person,
            RegistrationState.CANCELLED,
            cancelled_because="La salle est fermée\u00a0: voir https://x.example",
        )
        await service.registers(person, registration_view(person), cancelled)
        (newest, *_) = await service.notices(person)
        assert "La salle est fermée : voir […]" in newest["text"], "no link of others is made one"
    service.start_posting()

    async def all_came():
        return len(smtp_server.received) == 4

    await until(all_came, what="four mails")
    texts = [mail.get_body(("plain",)).get_content() for mail in smtp_server.received]
    french, english = "Motif donné par l’organisateur : « La salle", "The organiser's reason: “La"
    assert sum(french in text for text in texts) == sum(english in text for text in texts) == 1


async def test_a_cancellation_without_a_reason_says_none(service):
    person = await service.person()
    for why in (None, "", "  "):
        cancelled = registration_view(person, RegistrationState.CANCELLED, cancelled_because=why)
        await service.registers(person, registration_view(person), cancelled)
    said = [notice["text"] for notice in await service.notices(person)]
    assert not [text for text in said if "Motif" in text]
