"""One rule for e-mail addresses: tidied where they can mean one thing, else refused."""

import pytest
from hypothesis import given, strategies as st

from intercoop_contracts.addresses import (
    AddressFault,
    Mailbox,
    address_fault,
    mailbox,
    tidy_address,
)
from intercoop_contracts.bounds import MAX_EMAIL
from intercoop_directory.contact import why_no_email

PLAIN = "contact@atelier.example"
LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"
LOCALS = st.from_regex(
    r"[A-Za-z0-9!#$%&*+/=?^_`{|}~-]{1,20}(\.[A-Za-z0-9+-]{1,20})?", fullmatch=True
)
DOMAINS = st.from_regex(r"([a-zéèçœ0-9]{1,15}\.){1,3}(example|coop|fr)", fullmatch=True)


@pytest.mark.parametrize(
    "written",
    [
        "contact@atelier.example",
        " contact@atelier.example ",
        "mailto:contact@atelier.example",
        "MAILTO: contact@atelier.example",
        "mailto://contact@atelier.example",
        "mailto:contact%40atelier.example?subject=Bonjour&cc=x@y.example",
        "<contact@atelier.example>",
        "<mailto:contact@atelier.example>",
        "Atelier du Canal <contact@atelier.example>",
        '"Canal, Atelier du" <contact@atelier.example>;',
        "'contact@atelier.example'",
        '"contact@atelier.example"',
        "contact@atelier.example.",
        "contact@atelier.example;",
        "contact@atelier.example, ",
        "contact @ atelier.example",
        "contact\u00a0@atelier.example",
        "con\u00adtact@atelier.example\u200b",
        "\u202acontact@atelier.example\u202c",
        "\ufeffcontact@atelier.example",
        "contact\uff20atelier\uff0eexample",
        "\tcontact@atelier.example\r\n",
    ],
)
def test_what_links_and_letters_put_around_an_address_is_left_out(written):
    assert tidy_address(written) == PLAIN
    assert address_fault(tidy_address(written)) is None


REFUSED = [
    ("", AddressFault.NO_ADDRESS),
    ("contact", AddressFault.NO_ADDRESS),
    ("@atelier.example", AddressFault.NO_ADDRESS),
    ("contact@", AddressFault.NO_ADDRESS),
    ("contact@atelier", AddressFault.NO_ADDRESS),
    ("contact.@atelier.example", AddressFault.NO_ADDRESS),
    (".contact@atelier.example", AddressFault.NO_ADDRESS),
    ("con..tact@atelier.example", AddressFault.NO_ADDRESS),
    ("contact atelier@atelier.example", AddressFault.NO_ADDRESS),
    ("contact@atelier..example", AddressFault.NO_ADDRESS),
    ("contact@-atelier.example", AddressFault.NO_ADDRESS),
    ("contact@[127.0.0.1]", AddressFault.NO_ADDRESS),
    ("contact@127.0.0.1", AddressFault.NO_ADDRESS),
    ("contact(at)atelier.example", AddressFault.NO_ADDRESS),
    ("contact@@atelier.example", AddressFault.NO_ADDRESS),
    ("https://atelier.example", AddressFault.NO_ADDRESS),
    (f"{'a' * 65}@atelier.example", AddressFault.NO_ADDRESS),
    (f"a@{'b' * 64}.example", AddressFault.NO_ADDRESS),
    ("con\x00tact@atelier.example", AddressFault.NO_ADDRESS),
    ("rené@atelier.example", AddressFault.ACCENT),
    ("контакт@atelier.example", AddressFault.ACCENT),
    ("a@x.example / b@x.example", AddressFault.SEVERAL),
    ("a@x.example;b@x.example", AddressFault.SEVERAL),
    ("a@x.example, b@x.example", AddressFault.SEVERAL),
    ("a@x.example ou b@x.example", AddressFault.SEVERAL),
    ("a@x.example b@x.example", AddressFault.SEVERAL),
    ("A <a@x.example>, B <b@x.example>", AddressFault.SEVERAL),
    ("mailto:a@x.example,b@x.example", AddressFault.SEVERAL),
    ("a@b.example\r\nBcc: c@d.example", AddressFault.SEVERAL),
    (f"a@{'b.' * 130}example", AddressFault.TOO_LONG),
    (f"a@{'é.' * 60}example", AddressFault.TOO_LONG),
]


@pytest.mark.parametrize(("written", "fault"), REFUSED)
def test_what_no_mail_can_be_sent_to_is_refused_with_the_reason(written, fault):
    assert address_fault(tidy_address(written)) is fault
    assert (mailbox(written) is None) == (fault is not AddressFault.ACCENT)
    wrong = why_no_email(tidy_address(written))
    assert wrong is not None
    assert all(sentence.fr and sentence.en for sentence in wrong)


@pytest.mark.parametrize(
    ("written", "sent_to"),
    [
        ("o'connor@atelier.example", Mailbox("o'connor", "atelier.example")),
        (
            "jean-luc.martin+scop@atelier.example",
            Mailbox("jean-luc.martin+scop", "atelier.example"),
        ),
        ("contact@épicerie.example", Mailbox("contact", "xn--picerie-9xa.example")),
        ("contact@xn--picerie-9xa.example", Mailbox("contact", "xn--picerie-9xa.example")),
        ("a@b.xn--p1ai", Mailbox("a", "b.xn--p1ai")),
        ("a@x_y.example", Mailbox("a", "x_y.example")),
        ("mailto:Contact@Atelier.Example", Mailbox("Contact", "Atelier.Example")),
    ],
)
def test_what_is_taken_has_a_way_to_be_sent_to(written, sent_to):
    assert mailbox(written) == sent_to


@given(st.text(max_size=300))
def test_tidying_again_changes_nothing_and_what_is_taken_can_be_sent(written):
    address = tidy_address(written)
    if address_fault(address) is None:
        found = mailbox(address)
        assert tidy_address(address) == address
        assert found is not None
        assert f"{found.local}@{found.domain}".isascii()
        assert len(f"{found.local}@{found.domain}") <= MAX_EMAIL
        assert len(address) <= MAX_EMAIL


@given(
    LOCALS,
    DOMAINS,
    st.sampled_from(["{}", "mailto:{}", "<{}>", "A. Nom <{}>", " {} ", '"{}"', "{};", "\u200b{}"]),
)
def test_an_address_is_the_same_whatever_is_put_around_it(local, domain, around):
    address = f"{local}@{domain}"
    if "%" in local or "?" in local:
        around = "{}"  # in a link they would mean something else
    if address_fault(address) is None:
        assert tidy_address(around.format(address)) == address
