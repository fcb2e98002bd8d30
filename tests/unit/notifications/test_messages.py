"""A mail as it travels, read back with a mail program's eyes."""

import re
from datetime import UTC, datetime
from email import message_from_bytes, policy
from uuid import UUID

import pytest

from intercoop_chassis.jobs import NotNowError
from intercoop_chassis.mail import Sender
from intercoop_contracts.directory import ContactKind, ContactPointView, Language, PersonView
from intercoop_notifications.mails.domain import Mail
from intercoop_notifications.mails.gateways import message_of
from intercoop_notifications.people import address_of
from intercoop_notifications.preferences.domain import Topic, one_click
from intercoop_notifications.texts import one_line

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
SENDER = Sender("intercoop@scop.example", "midi-pyrenees", "cgscop-2016")
NOTICE = UUID("01938f1e-0000-7000-8000-0000000000c1")


def mail(**fields):
    usual = {
        "notice_id": NOTICE,
        "topic": Topic.MEETINGS,
        "to": "camille@example.org",
        "language": Language.FR,
        "subject": "Vous avez une place : visite de l’atelier à Rodez",
        "text": "Où : à l’atelier, jeudi 3 décembre 2026 à 14 h 00\n",
        "html": "<p>jeudi 3 décembre 2026 à 14 h 00</p>",
        "one_click": "https://coop.example/notifications/api/stop/abc",
    }
    return Mail(**{**usual, **fields})


def travelled(sender=SENDER, **fields):
    wire = message_of(mail(**fields), sender, NOW).as_bytes()
    assert wire.isascii(), "it passes servers that know no UTF-8"
    return message_from_bytes(wire, policy=policy.default)


def test_it_has_what_receivers_look_for():
    got = travelled()
    assert got["From"] == "Intercoop midi-pyrenees <intercoop@scop.example>"
    assert got["To"] == "camille@example.org"
    assert got["Subject"] == "Vous avez une place : visite de l’atelier à Rodez"
    assert got["Message-ID"] == f"<{NOTICE}@midi-pyrenees.cgscop-2016>"
    assert got["Date"].datetime == NOW
    assert got["Auto-Submitted"] == "auto-generated"
    assert got["List-Id"] == "Intercoop meetings <meetings.notifications.midi-pyrenees.cgscop-2016>"
    assert got["List-Unsubscribe"] == "<https://coop.example/notifications/api/stop/abc>"
    assert got["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_in_raw_bytes_the_headers_of_lists_stay_whole_however_long():
    sender = Sender("intercoop@scop.example", "ouest-" * 10 + "x", "n" * 60)
    stop = "https://x.fr/notifications/api/stop/" + "A" * 43
    raw = message_of(mail(one_click=stop), sender, NOW).as_bytes()
    lines = re.sub(rb"\r\n(?=[ \t])", b"", raw.partition(b"\r\n\r\n")[0]).split(b"\r\n")
    headers = dict(line.decode().split(": ", 1) for line in lines)

    assert headers["List-Unsubscribe"] == f"<{stop}>"
    name = f"{sender.owner}.{sender.network}"
    assert headers["List-Id"] == f"Intercoop meetings <meetings.notifications.{name}>"


def test_it_has_the_text_and_its_twin_in_html_with_accents():
    got = travelled()
    assert got.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in got.iter_parts()] == ["text/plain", "text/html"]
    for kind in ("plain", "html"):
        assert "jeudi 3 décembre 2026 à 14 h 00" in got.get_body((kind,)).get_content()


def test_a_title_cannot_add_a_header():
    title = one_line("Visite\r\nBcc: everybody@example.org\r\n\r\nBody")
    got = travelled(subject=title)
    assert got["Bcc"] is None
    assert got["Subject"] == "Visite Bcc: everybody@example.org Body"
    with pytest.raises(ValueError, match=r"newline|linefeed"):
        travelled(subject="Visite\r\nBcc: everybody@example.org")


@pytest.mark.parametrize(
    "address",
    ["", "nobody", "a@b, c@d", "a@b\r\nBcc: c@d", "<>", "a@", "@b", "a@b"],
)
def test_an_address_that_is_none_waits_to_be_corrected(address):
    with pytest.raises(NotNowError, match=r"the person's e-mail address .* in the directory"):
        message_of(mail(to=address), SENDER, NOW)


def test_a_domain_with_accents_travels_as_names_of_hosts_do():
    assert travelled(to="camille@coopérative.example")["To"] == "camille@xn--cooprative-e7a.example"


def test_the_sender_may_have_a_name_of_its_own_and_has_to_have_an_address():
    named = Sender("Union régionale <info@scop.example>", "ouest", "test")
    assert travelled(named)["From"] == "Union régionale <info@scop.example>"
    with pytest.raises(NotNowError, match="INTERCOOP_MAIL_FROM"):
        message_of(mail(), Sender("nobody", "ouest", "test"), NOW)


def test_the_link_is_under_the_public_address():
    assert (
        one_click("https://coop.example/", "x") == "https://coop.example/notifications/api/stop/x"
    )


def test_the_first_e_mail_address_is_taken():
    points = [
        (ContactKind.PHONE, "05"),
        (ContactKind.EMAIL, "a@b.example"),
        (ContactKind.EMAIL, "c@d.example"),
    ]
    person = PersonView(
        given_name="Camille",
        family_name="Exemple",
        contact_points=tuple(ContactPointView(kind=kind, value=value) for kind, value in points),
    )
    assert address_of(person) == "a@b.example"
    assert address_of(person.model_copy(update={"contact_points": ()})) is None


@pytest.mark.parametrize(
    ("written", "line"),
    [
        ("a\u2028b\x85c", "a b c"),
        ("\u202egro.elpmaxe", "gro.elpmaxe"),
        ("  a \t b  ", "a b"),
        ("é" * 301, "é" * 299 + "…"),
    ],
)
def test_a_line_is_a_line(written, line):
    assert one_line(written) == line
