"""What is not known to be public is masked."""

import json
from datetime import UTC, date, datetime
from functools import partial

import pytest
from asyncpg import DeadlockDetectedError
from cryptography.fernet import Fernet
from hypothesis import given, settings
from pydantic_core import to_json

from intercoop_chassis.consumer.backoff import StubbornError
from intercoop_chassis.consumer.parking.classification import obstacle_of
from intercoop_chassis.consumer.parking.dead_letters import packed_headers
from intercoop_chassis.errors import NotYetError
from intercoop_chassis.operating.contents import Reading, content_of
from intercoop_chassis.operating.masking import MASK, headers_of, masked, unmasked
from intercoop_chassis.operating.parked import Waiting
from intercoop_chassis.operating.plain import in_plain_words
from intercoop_chassis.subscribers import Subscribers
from intercoop_chassis.wire.decoding import UndecodableError, decode
from intercoop_chassis.wire.obstacle import ObstacleKind
from intercoop_chassis.wire.sealing import Keyring
from intercoop_contracts.attribution import ANYBODYS, AnyId
from intercoop_contracts.personal import Personal
from intercoop_contracts.streams import Audience, Stream, View
from testkit.poison import PoisonTarget, good, poison
from testkit.things.service import things_service
from testkit.things.streams import SECRETS, THINGS
from testkit.topics import envelope

SECRET = "Ada Lovelace"
NOW = datetime(2026, 1, 1, tzinfo=UTC)
KEYRING = Keyring([Fernet.generate_key().decode()])
TARGET = PoisonTarget("test", "maker", "reader", KEYRING)


class PointView(View):
    kind: str
    value: Personal[str]


class OtherView(View):
    colour: str


class PersonView(View):
    name: Personal[str]
    nickname: Personal[str] | None = None
    born: date | None = None
    size: int = 0
    points: tuple[PointView, ...] = ()
    first: PointView | None = None
    either: PointView | OtherView | None = None
    tags: frozenset[str] = frozenset()
    seats: dict[str, int] | None = None
    organisation: AnyId | None = None


STREAM = Stream("people", Audience.PRIVATE, PersonView, ("person-changed",), "things", ANYBODYS)
MASKED = MASK
READS = Subscribers()
READS.read(STREAM)


def shown(**fields):
    return masked(json.dumps(fields).encode(), STREAM.id, READS)


SHOWN = [
    ({"name": SECRET}, {"name": MASKED}),
    ({"nickname": SECRET}, {"nickname": MASKED}),
    ({"nickname": None}, {"nickname": None}),
    ({"name": {"first": SECRET}}, {"name": MASK}),
    ({"name": [SECRET]}, {"name": MASK}),
    ({"size": 3}, {"size": 3}),
    ({"size": SECRET}, {"size": MASKED}),
    ({"size": "33612345678"}, {"size": MASKED}),
    ({"size": {"of": SECRET}}, {"size": MASK}),
    ({"size": True}, {"size": MASK}),
    ({"born": "1815-12-10"}, {"born": "1815-12-10"}),
    ({"born": SECRET}, {"born": MASKED}),
    ({"points": SECRET}, {"points": MASKED}),
    (
        {"points": [{"kind": "email", "value": SECRET, "note": SECRET}, SECRET]},
        {
            "points": [
                {"kind": "email", "value": MASKED, MASK: MASK},
                MASKED,
            ]
        },
    ),
    ({"first": {"value": SECRET}}, {"first": {"value": MASKED}}),
    (
        {"either": {"kind": "email", "value": SECRET}},
        {"either": {"kind": "email", "value": MASKED}},
    ),
    ({"either": {"colour": "red"}}, {"either": {"colour": "red"}}),
    ({"either": {"who": SECRET}}, {"either": MASK}),
    ({"tags": ["a", "b"]}, {"tags": ["a", "b"]}),
    ({"tags": ["a", {"b": SECRET}]}, {"tags": ["a", MASK]}),
    ({"seats": {SECRET: 1}}, {"seats": MASK}),
    ({SECRET: SECRET}, {MASK: MASK}),
    ({"organisation": SECRET}, {"organisation": MASKED}),
]


@pytest.mark.parametrize(("fields", "expected"), SHOWN)
def test_only_what_the_contract_declares_as_public_is_shown(fields, expected):
    assert shown(**fields) == expected


@pytest.mark.parametrize(
    "value",
    [b"", b'{"name": "Ada Lov', b"Ada", b"\xff\xfeAda", b'"Ada"', b'["Ada"]', b"null", b"[" * 5000],
)
def test_what_is_no_object_shows_its_size_alone(value):
    shown = masked(value, STREAM.id, READS)
    assert shown.startswith(f"{MASK} ({len(value)} bytes")
    assert "Ada" not in shown


def test_a_stream_that_nobody_here_reads_shows_nothing():
    assert "Ada" not in masked(b'{"name": "Ada"}', "shared.strange.v1", READS)


def test_the_end_of_an_entity_shows_its_reason():
    value = b'{"ended": {"reason": "withdrawn", "who": "Ada"}}'
    assert masked(value, STREAM.id, READS) == {"ended": {"reason": "withdrawn", MASK: MASK}}


def test_numbers_that_json_does_not_have_are_masked():
    assert masked(b'{"size": NaN}', STREAM.id, READS) == {"size": MASK}


def test_headers_that_are_no_part_of_an_envelope_are_masked():
    packed = to_json(
        [("ce_subject", "s"), ("ce_who", SECRET), ("x-who", SECRET), ("traceparent", None)]
    )
    shown = {"ce_subject": "s", "ce_who": MASK, "x-who": MASK, "traceparent": ""}
    assert headers_of(packed) == shown


def test_every_header_of_an_envelope_is_shown():
    plain = envelope("s", 2, source="/n/o/things")
    traced = plain._replace(correlation_id="c", causation_id="d", traceparent="00-1-2-03")
    headers = traced.headers()
    packed = to_json([(name, value.decode()) for name, value in headers])
    assert headers_of(packed) == {name: value.decode() for name, value in headers}


def kept(raw):
    """A record as it is parked."""
    usual = {"version": 1, "parked_at": NOW, "attempts": 1, "next_try_at": NOW, "is_news": True}
    return Waiting(
        topic=raw.topic,
        subject=raw.subject,
        kind=ObstacleKind.SUBSCRIBER_FAILED,
        reason="",
        error_text="",
        waits_for=None,
        headers=packed_headers(raw.headers),
        value=raw.value or b"",
        **usual,
    )


READS_SECRETS = Reading(things_service().subscribers, KEYRING)


def test_what_is_sealed_is_opened_and_then_masked():
    secret = TARGET.sealed(good(TARGET, SECRETS), b'{"who": "Ada Lovelace", "size": 7}')

    masked_content = content_of(kept(secret), READS_SECRETS, whole=False)
    whole = content_of(kept(secret), READS_SECRETS, whole=True)

    assert masked_content.value == {"who": MASK, "size": 7}
    assert whole.value == {"who": SECRET, "size": 7}
    assert masked_content.headers["ce_type"] == whole.headers["ce_type"] == "intercoop.secret-kept"


@pytest.mark.parametrize("whole", [False, True])
def test_what_does_not_open_shows_its_size_and_why(whole):
    secret = good(TARGET, SECRETS)
    moved, size = secret.about("another"), len(secret.value)

    for keyring, raw, why in (
        (None, secret, "add it below the others"),
        (Keyring([Fernet.generate_key().decode()]), secret, "add it below the others"),
        (KEYRING, moved, "it cannot be opened"),
    ):
        shown = content_of(kept(raw), Reading(READS_SECRETS.subscribers, keyring), whole=whole)
        assert shown.value.startswith(f"{MASK} ({size} bytes: ")
        assert why in shown.value
        assert shown.headers["ce_type"] == "intercoop.sealed"


def test_what_stands_in_the_clear_on_a_private_stream_is_masked_too():
    clear = good(TARGET, SECRETS).valued(b'{"who": "Ada Lovelace", "size": 7}')

    assert content_of(kept(clear), READS_SECRETS, whole=False).value == {"who": MASK, "size": 7}


@settings(max_examples=300)
@given(poison(TARGET))
def test_whatever_a_stranger_wrote_can_be_shown_masked_and_whole(drawn):
    _, raw = drawn
    value, reads = raw.value or b"", things_service().subscribers
    for whole in (False, True):
        shown = content_of(kept(raw), Reading(reads, KEYRING), whole=whole)
        json.loads(to_json(shown.value))
        json.dumps([*shown.headers.items(), shown.value], ensure_ascii=False)
    for stream in (THINGS, SECRETS):
        for content in (
            masked(value, stream.id, reads),
            unmasked(value),
        ):
            json.loads(to_json(content))
            json.dumps(content, ensure_ascii=False)


def test_what_an_error_says_may_be_personal_and_is_left_out():
    failed = obstacle_of(ValueError(SECRET))
    assert (failed.reason, failed.error_text) == ("ValueError", SECRET)
    stubborn = obstacle_of(StubbornError(DeadlockDetectedError(SECRET)))
    assert stubborn.reason == "DeadlockDetectedError again and again while the database answers"
    assert stubborn.error_text == SECRET
    early = obstacle_of(NotYetError(STREAM, "a:b"))
    assert (early.reason, early.waits_for) == (f"waits for {STREAM.id} a:b", f"{STREAM.id}/a:b")
    impossible = obstacle_of(NotYetError(STREAM, SECRET + "\0"))
    assert (impossible.kind, impossible.waits_for) == (ObstacleKind.SUBSCRIBER_FAILED, None)
    assert SECRET not in impossible.reason


@pytest.mark.parametrize("value", [b"", b"{", b'{"name": 5}', b"9" * 700_000, b"[" * 5000])
def test_a_value_that_cannot_be_read_is_not_quoted(value):
    with pytest.raises(UndecodableError) as caught:
        decode(THINGS, value)
    obstacle = obstacle_of(caught.value)
    assert obstacle is caught.value.obstacle
    assert obstacle.error_text is None


def test_whoever_unmasks_reads_the_reason_and_what_the_error_says():
    usual = {"version": 1, "parked_at": NOW, "attempts": 1, "next_try_at": NOW, "is_news": True}
    entity = {"topic": "shared.a.things.v1", "subject": "s", "headers": b"[]", "value": b""}
    kind, reason = ObstacleKind.SUBSCRIBER_FAILED, "ValueError"
    parked = partial(Waiting, kind=kind, reason=reason, waits_for=None, **usual, **entity)
    assert parked(error_text=SECRET).whole_reason == f"ValueError: {SECRET}"
    assert parked(error_text=None).whole_reason == "ValueError"


@pytest.mark.parametrize("kind", ObstacleKind)
def test_each_kind_of_obstacle_is_said_in_plain_words(kind):
    plain = in_plain_words(kind)
    assert plain.happened.fr
    assert plain.remedy.en
