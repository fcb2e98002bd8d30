"""Headers in raw bytes: ASCII, folded at blanks alone, and read back as they were meant."""

import base64
import quopri
import re
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import parseaddr

import pytest
from aiosmtplib.email import flatten_message
from hypothesis import given, settings, strategies as st

from intercoop_chassis.mail import Letter, Sender, message_of
from intercoop_chassis.mail.headers import (
    address_header,
    ascii_address,
    plain_header,
    text_header,
)
from intercoop_chassis.spelling import one_line

ENCODED = re.compile(rb"=\?utf-8\?([bq])\?([^? ]*)\?=", re.IGNORECASE)
TITLE = (
    "L'été à  l\u2019atelier : « bois & métal » <b>Œuvre</b> 🎉 et d'autres choses encore plus "
    "longues à lire dans un sujet"
)
LINES = st.text(
    st.sampled_from("abc é à œ «» 🎉 e\u0301 =?_.,;:<>\"'()@ \u00a0\u202f ß 中"), max_size=300
).map(one_line)


def written(*headers):
    message = EmailMessage(policy=policy.SMTP)
    for header in headers:
        message[header.name] = header
    return message.as_bytes().removesuffix(b"\r\n")


def unfolded(raw):
    """A header's value, by RFC 5322 alone: a line end before a blank is none."""
    return re.sub(rb"\r\n(?=[ \t])", b"", raw).removesuffix(b"\r\n").partition(b": ")[2]


def decoded(raw):
    """A header's words, by RFC 2047 alone: blanks between encoded words are none."""
    value = re.sub(rb"(\?=)[ \t]+(?==\?)", rb"\1", unfolded(raw))

    def word(found):
        kind, text = found.groups()
        is_base64 = kind.lower() == b"b"
        return base64.b64decode(text) if is_base64 else quopri.decodestring(text, header=True)

    return ENCODED.sub(word, value).decode()


def assert_written_well(raw):
    assert raw.isascii()
    for line in raw.splitlines():
        assert len(line) <= 998
        assert len(line) <= 76 or b"=?" not in line
        assert line.strip()
    for found in ENCODED.finditer(raw):
        assert len(found[0]) <= 75
        word(found[0]).decode()  # no letter is cut in two


def word(encoded):
    kind, text = ENCODED.fullmatch(encoded).groups()
    is_base64 = kind.lower() == b"b"
    return base64.b64decode(text) if is_base64 else quopri.decodestring(text, header=True)


@pytest.mark.parametrize(
    "subject",
    [
        TITLE,
        TITLE * 3,
        "Vous êtes en liste d'attente : " + TITLE,
        "é",
        "é é",
        "a é",
        "é a",
        "été " * 60,
        "x" * 200,
        ("x" * 90 + " ") * 3 + "é",
        "plain words " * 20,
        "=?utf-8?q?not_one?=",
        "a =?x é",
        "Visite : l'atelier; à voir, « demain »",
    ],
)
def test_every_blank_of_a_subject_survives_folding(subject):
    subject = subject.strip()
    raw = written(text_header("Subject", subject))
    assert_written_well(raw)
    assert decoded(raw) == subject
    assert message_from_bytes(raw, policy=policy.default)["Subject"] == subject


@settings(max_examples=1000)
@given(LINES)
def test_a_subject_is_read_back_as_it_was_written(subject):
    raw = written(text_header("Subject", subject))
    assert_written_well(raw)
    assert decoded(raw) == subject


@settings(max_examples=300)
@given(LINES.filter(bool))
def test_a_name_before_an_address_is_read_back_as_it_was_written(name):
    raw = written(address_header("From", Address(name, "contact", "scop.example")))
    assert_written_well(raw)
    if b"=?" in raw:
        assert decoded(raw) == f"{name} <contact@scop.example>"
    else:
        assert parseaddr(unfolded(raw).decode()) == (name, "contact@scop.example")


def test_a_long_word_without_a_blank_stays_whole():
    for value in ("<https://x.fr/" + "A" * 300 + ">", "Some words <" + "b" * 150 + ">"):
        raw = written(plain_header("List-Unsubscribe", value))
        assert unfolded(raw).decode() == value
        assert b"=?" not in raw


@pytest.mark.parametrize(
    ("url", "travels"),
    [
        ("https://coop.example/stop/abc-_", "https://coop.example/stop/abc-_"),
        (
            "https://coopérative.example:8443/à/b",
            "https://xn--cooprative-e7a.example:8443/%C3%A0/b",
        ),
        ("http://127.0.0.1:8609/x?y=1", "http://127.0.0.1:8609/x?y=1"),
        ("http://[::1]:8609/x", "http://[::1]:8609/x"),
    ],
)
def test_an_address_of_a_page_travels_in_ascii(url, travels):
    assert ascii_address(url) == travels


@pytest.mark.parametrize("flattened", [EmailMessage.as_bytes, flatten_message])
def test_a_mail_in_raw_bytes_is_what_mail_programs_look_for(flattened):
    sender = Sender("Réseau des coopératives <s@coop.example>", "ouest-" * 10 + "x", "n" * 60)
    long = f"{'c' * 64}@{'d' * 60}.{'e' * 60}.example"
    link = "<https://x.fr/stop/" + "A" * 80 + ">"
    letter = Letter(long, "fr", TITLE, "x\n", "<p>x</p>")
    now = datetime(2027, 2, 4, tzinfo=UTC)
    more = [plain_header("List-Unsubscribe", link)]
    raw = flattened(message_of(letter, sender, now, name="sign-in.1", more=more))
    head = raw.partition(b"\r\n\r\n")[0]
    lines = re.sub(rb"\r\n(?=[ \t])", b"", head).split(b"\r\n")
    headers = dict(line.split(b": ", 1) for line in lines)

    assert headers[b"List-Unsubscribe"] == link.encode()
    assert headers[b"To"] == long.encode()
    name = f"{sender.owner}.{sender.network}".encode()
    assert headers[b"Message-ID"] == b"<sign-in.1@%b>" % name
    assert decoded(b"Subject: " + headers[b"Subject"]) == TITLE
    assert all(len(line) <= 998 for line in head.splitlines())
    assert head.isascii()


def test_a_letter_without_html_is_plain_text():
    letter = Letter("camille@example.org", "en", "Your code", "ABCD-EFGH\n")
    sender = Sender("s@coop.example", "ouest", "test")
    message = message_of(letter, sender, datetime(2027, 2, 4, tzinfo=UTC), name="x")

    assert message.get_content_type() == "text/plain"
    assert message.get_content() == "ABCD-EFGH\n"
    assert message["Content-Language"] == "en"
