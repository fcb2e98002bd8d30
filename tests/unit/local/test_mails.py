"""Mails as they are kept and read, whatever they are like."""

from datetime import UTC, datetime
from email.message import EmailMessage

import httpx
import pytest
from fastapi import FastAPI

from intercoop_local.mail import Mailbox
from intercoop_local.mail.routes import mail_routes
from intercoop_local.platform.errors import PlatformError


def mail(subject="Réunion demain", to="Lucie <lucie@coop.example>"):
    message = EmailMessage()
    message["From"] = "Union d'Auvergne <intercoop@auvergne.example>"
    message["To"] = to
    message["Subject"] = subject
    message["Date"] = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
    message["Message-ID"] = "<one@auvergne.example>"
    message.set_content("Votre place est réservée.\n")
    message.add_alternative("<p>Votre place est réservée.</p>\n", subtype="html")
    message.add_attachment("BEGIN:VCALENDAR\r\n", subtype="calendar", filename="meeting.ics")
    return message.as_bytes()


@pytest.fixture
def box(tmp_path):
    return Mailbox(tmp_path / "mail")


def keep(box, *recipients, content=None):
    return box.keep("intercoop@auvergne.example", recipients, content or mail())


def test_a_mail_is_read_with_its_headers_its_text_and_its_other_parts(box):
    number = keep(box, "lucie@coop.example", "copie@coop.example")
    (found,) = box.received()
    assert found.id == number
    assert found.to == ("lucie@coop.example", "copie@coop.example")
    assert found.sender == "Union d'Auvergne <intercoop@auvergne.example>"
    assert found.subject == found.header("SUBJECT") == "Réunion demain"
    assert found.date == datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
    assert found.message_id == "<one@auvergne.example>"
    assert found.text == "Votre place est réservée.\n"
    assert found.html == "<p>Votre place est réservée.</p>\n"
    assert found.parts[-1].file_name == "meeting.ics"
    assert found.parts[-1].text == "BEGIN:VCALENDAR\n"
    assert found.header("Reply-To") == ""


def test_mails_are_found_by_the_address_they_were_delivered_to_whatever_their_header_says(box):
    keep(box, "lucie@coop.example")
    hidden = keep(box, "Marc@Coop.example")
    assert [one.id for one in box.received("marc@coop.example")] == [hidden]
    assert [one.id for one in box.summaries("marc@coop.example")] == [hidden]
    assert box.received("nobody@coop.example") == []


def test_mails_are_numbered_as_they_came_and_go_on_after_a_restart(box):
    assert [keep(box, "a@coop.example") for _ in range(11)] == list(range(1, 12))
    again = Mailbox(box.folder)
    assert [one.id for one in again.summaries()] == list(range(1, 12))
    assert keep(again, "a@coop.example") == 12


def test_the_newest_are_kept_and_older_ones_forgotten(tmp_path):
    box = Mailbox(tmp_path, kept=3)
    for _ in range(5):
        keep(box, "a@coop.example")
    assert [one.id for one in box.summaries()] == [3, 4, 5]
    assert len(list(tmp_path.iterdir())) == 3


def test_what_is_not_there_is_a_sentence(box):
    with pytest.raises(PlatformError, match="no mail 7"):
        box.read(7)


def test_a_mail_that_somebody_deletes_is_gone_and_the_others_stay(box):
    first, second = keep(box, "a@coop.example"), keep(box, "a@coop.example")
    next(box.folder.glob(f"*{first}.eml")).unlink()
    assert [one.id for one in box.received()] == [second]


def test_other_files_in_the_folder_are_no_mails(box):
    keep(box, "a@coop.example")
    for name in ("notes.txt", "2.eml.partial", "-3.eml", "x.eml"):
        (box.folder / name).write_text("no mail")
    assert [one.id for one in Mailbox(box.folder).summaries()] == [1]


def test_no_mail_is_too_broken_to_be_listed_and_read(box, chance):
    whole = mail()
    contents = [broken(whole, chance) for _ in range(500)]
    numbers = [keep(box, "a@coop.example", content=content) for content in contents]

    listed, received = box.summaries("a@coop.example"), box.received("a@coop.example")

    assert [summary.id for summary in listed] == [found.id for found in received] == numbers
    for summary, found in zip(listed, received, strict=True):
        assert summary.to == found.to == ("a@coop.example",)
        assert (summary.sender, summary.subject) == (found.sender, found.subject)
        assert (summary.date, summary.message_id) == (found.date, found.message_id)
        assert [text for text in texts_of(found) if not can_be_shown(text)] == []
    unbroken = [
        found for found, content in zip(received, contents, strict=True) if content == whole
    ]
    assert {found.text for found in unbroken} == {"Votre place est réservée.\n"}


def broken(content, chance):
    """Up to fifteen bytes of it are others."""
    changed = bytearray(content)
    for _ in range(chance.randint(0, 15)):
        changed[chance.randrange(len(changed))] = chance.randrange(256)
    return bytes(changed)


def texts_of(found):
    """Everything of a mail that a page shows."""
    headers = [word for header in found.headers for word in header]
    parts = [word for part in found.parts for word in (part.text, part.file_name or "")]
    return [found.text, found.html, *headers, *parts]


def can_be_shown(text):
    """Whether UTF-8 has it: a lone surrogate would break the page's answer."""
    return text.encode("utf-8", "replace").decode() == text


@pytest.mark.parametrize(
    "content", [b"", b"\r\n", b"no header at all", b"Subject: =?x?q?=FF?=\r\n"]
)
def test_a_mail_without_sense_is_still_a_mail(box, content):
    number = box.keep("", [], content)
    assert box.read(number).to == ()
    assert [one.id for one in box.summaries()] == [number]


async def test_before_the_first_mail_its_reader_is_told_so(box):
    app = FastAPI()
    app.include_router(mail_routes(box))
    there = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=there, base_url="http://console.test") as reader:
        answer = await reader.get("/mail/newest")
    assert (answer.status_code, answer.json()["detail"]) == (404, "No mail has come yet.")
