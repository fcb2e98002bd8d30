"""A CloudEvents SDK that we did not write reads what we write."""

import json
from datetime import UTC, datetime

import pytest
from cloudevents.core.bindings.kafka import KafkaMessage, from_binary_event
from cloudevents.core.formats.json import JSONFormat
from hypothesis import given, strategies as st

from intercoop_contracts.bounds import FIRST_MOMENT, LAST_MOMENT
from intercoop_contracts.envelope import MAX_ATTRIBUTE, Envelope, EnvelopeError, read_envelope
from intercoop_contracts.streams import parse_topic

ENVELOPES = st.builds(
    Envelope,
    id=st.uuids().map(str),
    source=st.just("/cgscop-2016/ouest/directory"),
    type=st.sampled_from(["organisation-registered", "organisation-changed"]),
    time=st.datetimes(
        min_value=FIRST_MOMENT.replace(tzinfo=None),
        max_value=LAST_MOMENT.replace(tzinfo=None),
        timezones=st.just(UTC),
    ),
    subject=st.uuids().map(str),
    sequence=st.integers(1, 2**62),
    dataschema=st.just("urn:intercoop:schema:organisations:v1"),
    correlation_id=st.none() | st.text("abcdef0123456789", min_size=1),
    causation_id=st.none() | st.uuids().map(str),
    traceparent=st.none() | st.just("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"),
)


@given(ENVELOPES)
def test_an_envelope_comes_back_as_it_went(envelope):
    assert read_envelope(envelope.headers()) == envelope


@given(ENVELOPES)
def test_the_sdk_reads_every_attribute(envelope):
    value = json.dumps({"name": "Atelier"}).encode()
    message = KafkaMessage(dict(envelope.headers()), envelope.subject.encode(), value)
    event = from_binary_event(message, JSONFormat())
    assert event.get_specversion() == "1.0"
    assert event.get_id() == envelope.id
    assert event.get_source() == envelope.source
    assert event.get_type() == f"intercoop.{envelope.type}"
    assert event.get_time() == envelope.time
    assert event.get_subject() == envelope.subject
    assert event.get_extension("sequence") == str(envelope.sequence)
    assert event.get_data() == {"name": "Atelier"}


HEADERS = dict(
    Envelope(
        id="7",
        source="/n/o/s",
        type="made",
        time=datetime(2026, 1, 1, tzinfo=UTC),
        subject="s",
        sequence=1,
        dataschema="urn:x",
    ).headers()
)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ce_id", b""),
        ("ce_id", b"\xff"),
        ("ce_time", b"yesterday"),
        ("ce_time", b"2026-01-01T00:00:00"),
        ("ce_time", b"0001-01-01T00:00:00+14:00"),
        ("ce_time", b"1799-12-31T23:59:59Z"),
        ("ce_time", b"2200-01-01T00:00:00Z"),
        ("ce_subject", b"a\0b"),
        ("ce_subject", b"x" * 3000),
        ("ce_sequence", b"0"),
        ("ce_sequence", b"-1"),
        ("ce_sequence", b"1.5"),
        ("ce_sequence", "²".encode()),
        ("ce_sequence", b"9" * 30),
        ("ce_source", b""),
    ],
)
def test_a_header_that_cannot_be_read_is_named(name, value):
    with pytest.raises(EnvelopeError, match=f"header {name} "):
        read_envelope(list({**HEADERS, name: value}.items()))


@pytest.mark.parametrize("name", ["ce_id", "ce_dataschema", "ce_correlationid", "ce_unheard"])
def test_a_header_that_comes_twice_is_named(name):
    with pytest.raises(EnvelopeError, match=f"header {name} comes twice"):
        read_envelope([*HEADERS.items(), (name, b"1"), (name, b"2")])


@pytest.mark.parametrize("name", ["ce_id", "ce_source", "ce_type", "ce_time", "ce_subject"])
@pytest.mark.parametrize("value", [None, b""])
def test_a_header_that_is_missing_or_says_nothing_is_named(name, value):
    said = {key: text for key, text in HEADERS.items() if key != name}
    for headers in (said, {**said, name: value}):
        with pytest.raises(EnvelopeError, match=f"header {name} is missing"):
            read_envelope(list(headers.items()))


@given(
    ENVELOPES,
    st.text("aé 𐎀\u200d", min_size=1, max_size=MAX_ATTRIBUTE),
    st.lists(st.tuples(st.sampled_from(["x", "ce-x"]), st.none() | st.binary(max_size=600))),
)
def test_neither_unusual_texts_nor_headers_of_others_change_what_is_read(envelope, text, others):
    envelope = envelope._replace(subject=text, source=text)
    headers = [*others, ("ce_extension", b"\xff" * 600), *envelope.headers()]
    assert read_envelope(headers) == envelope


@pytest.mark.parametrize(
    ("topic", "owner"),
    [
        ("shared.ouest.organisations.v1", "ouest"),
        ("shared.ouest-2.organisations.v1", "ouest-2"),
        ("shared.evil.shared.ouest.organisations.v1", None),
        ("shared.ouest.organisations.v1.more", None),
        ("public.ouest.organisations.v1", None),
        ("shared..organisations.v1", None),
        ("shared.-ouest.organisations.v1", None),
    ],
)
def test_an_owner_is_read_from_a_whole_topic_name_only(topic, owner):
    name = parse_topic(topic)
    assert (name.owner if name else None) == owner
