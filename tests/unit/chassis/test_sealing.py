"""The sealed form of a private value: what it opens for, what it shows, which key made it."""

from datetime import UTC, datetime, timedelta
from itertools import combinations
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from hypothesis import given, strategies as st

from intercoop_chassis.wire.decoding import UndecodableError
from intercoop_chassis.wire.obstacle import ObstacleKind
from intercoop_chassis.wire.sealed import open_state, place_of, seal_state
from intercoop_chassis.wire.sealing import (
    Keyring,
    MissingKeyError,
    NotSealedError,
    SealError,
    create_key_file,
    key_id,
)
from testkit.topics import envelope

PLACE = b"here"
TEXT = "Jeanne Barret, é".encode()
TOPIC = "private.ouest.people.v1"
SAID = envelope("s", 3, source="/n/ouest/directory", event_type="person-changed")
VIEW = '{"given_name":"Jeanne"}'

KEY = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="
GOLDEN = bytes.fromhex(
    "01e79d84abb3222b7cd2ee57ad49a1efef11f7bd8d70a35c05b449727459fd0e9edb9e0ae3fb4935"
    "81c95dba9a755206daf893c005b45c88189b6b457b960b1079adf2cb1037a7"
)
"""A value that was sealed with `KEY` for `GOLDEN_SAID`: this form is opened for ever."""
GOLDEN_SAID = SAID._replace(
    id="018f0000-0000-7000-8000-000000000001", time=datetime(2026, 1, 2, 3, 4, 5, 6, UTC)
)


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    path = tmp_path / "sealing.keys"
    create_key_file(path)
    return path


@pytest.fixture
def keyring(key_file: Path) -> Keyring:
    return Keyring.from_file(key_file)


def test_what_is_sealed_opens_again_in_its_place(keyring: Keyring) -> None:
    sealed = keyring.seal(TEXT, PLACE)

    assert b"Jeanne" not in sealed
    assert keyring.open(sealed, PLACE) == TEXT


def test_the_same_text_looks_different_each_time(keyring: Keyring) -> None:
    sealed = {keyring.seal(TEXT, PLACE)[5:] for _ in range(100)}

    assert len(sealed) == 100


def test_a_sealed_value_opens_nowhere_else(keyring: Keyring) -> None:
    sealed = keyring.seal(TEXT, PLACE)

    with pytest.raises(SealError, match="for another place"):
        keyring.open(sealed, b"there")


@given(st.data())
def test_whatever_is_changed_in_a_sealed_value_it_does_not_open(data: st.DataObject) -> None:
    keyring = Keyring([KEY])
    sealed = keyring.seal(TEXT, PLACE)
    at = data.draw(st.integers(0, len(sealed) - 1))
    changed = bytes([sealed[at] ^ data.draw(st.integers(1, 255))])

    with pytest.raises(SealError):
        keyring.open(sealed[:at] + changed + sealed[at + 1 :], PLACE)


@given(st.integers(0, 48), st.binary(max_size=8))
def test_whatever_is_cut_or_added_it_does_not_open(length: int, more: bytes) -> None:
    keyring = Keyring([KEY])
    sealed = keyring.seal(TEXT, PLACE)
    spoilt = sealed[:length] + more

    if spoilt != sealed[: len(spoilt)] or len(spoilt) < len(sealed):
        with pytest.raises(SealError):
            keyring.open(spoilt, PLACE)


@pytest.mark.parametrize("value", [b"", b"{}", TEXT, b"0123abcd.gAAAAA==", b"\x02" + b"0" * 40])
def test_what_is_of_another_form_is_not_sealed(keyring: Keyring, value: bytes) -> None:
    with pytest.raises(NotSealedError):
        keyring.open(value, PLACE)


def test_a_value_that_was_sealed_long_ago_opens() -> None:
    said, view = open_state(TOPIC, GOLDEN_SAID, GOLDEN, Keyring([KEY]))

    assert (said.type, view.decode()) == ("person-changed", VIEW)
    assert GOLDEN.hex().startswith("01" + key_id(KEY))


def test_event_type_and_view_come_out_as_they_went_in(keyring: Keyring) -> None:
    value = seal_state(TOPIC, SAID, VIEW, keyring)

    said, view = open_state(TOPIC, SAID._replace(type="sealed"), value, keyring)

    assert (said, view.decode()) == (SAID, VIEW)
    assert len(value) == len(VIEW) + len("person-changed\n") + 33


MOVED = {
    "topic": ("private.ouest.registrations.v1", SAID),
    "owner": ("private.est.people.v1", SAID),
    "subject": (TOPIC, SAID._replace(subject="another")),
    "version": (TOPIC, SAID._replace(sequence=4)),
    "event": (TOPIC, SAID._replace(id="018f0000-0000-7000-8000-00000000000f")),
    "time": (TOPIC, SAID._replace(time=SAID.time + timedelta(microseconds=1))),
}


@pytest.mark.parametrize(("topic", "said"), MOVED.values(), ids=MOVED)
def test_a_value_that_was_moved_does_not_open(keyring: Keyring, topic, said) -> None:
    value = seal_state(TOPIC, SAID, VIEW, keyring)

    with pytest.raises(UndecodableError) as caught:
        open_state(topic, said, value, keyring)

    assert caught.value.obstacle.kind is ObstacleKind.UNOPENABLE


def test_no_two_places_look_alike() -> None:
    places = [
        place_of(topic, SAID._replace(subject=subject, sequence=version, id=event))
        for topic in ("t", "t1", "1:t", "t,1")
        for subject in ("s", "1:s", "s,1:1", "")
        for version in (1, 11)
        for event in ("e", "1:e", ",")
    ]

    assert all(one != other for one, other in combinations(places, 2))


def test_without_a_key_ring_every_key_is_missing_and_named(keyring: Keyring) -> None:
    value = seal_state(TOPIC, SAID, VIEW, Keyring([KEY]))

    for keys in (None, keyring):
        with pytest.raises(UndecodableError) as caught:
            open_state(TOPIC, SAID, value, keys)
        assert caught.value.obstacle.missing_key == key_id(KEY)


@pytest.mark.parametrize("keys", [None, Keyring([KEY])], ids=["no key", "a key"])
@pytest.mark.parametrize("value", [None, b"", VIEW.encode(), b'{"ended": {"reason": "x"}}'])
def test_what_is_not_sealed_is_not_taken_whatever_the_keys(keys, value) -> None:
    with pytest.raises(UndecodableError) as caught:
        open_state(TOPIC, SAID, value, keys)

    assert caught.value.obstacle.kind is ObstacleKind.UNSEALED


def test_a_made_key_file_is_for_its_owner_alone(key_file: Path) -> None:
    assert key_file.stat().st_mode & 0o777 == 0o600


def test_a_key_file_is_never_written_over(key_file: Path) -> None:
    before = key_file.read_text()

    with pytest.raises(SealError, match="is there already"):
        create_key_file(key_file)

    assert key_file.read_text() == before


def test_after_a_new_key_what_the_old_one_sealed_still_opens(key_file: Path) -> None:
    sealed = Keyring.from_file(key_file).seal(TEXT, PLACE)
    old = key_file.read_text()

    key_file.write_text(f"# newest first\n{Fernet.generate_key().decode()}\n\n{old}")
    both = Keyring.from_file(key_file)
    key_file.write_text(old)

    assert both.open(sealed, PLACE) == TEXT
    with pytest.raises(MissingKeyError):
        Keyring.from_file(key_file).open(both.seal(TEXT, PLACE), PLACE)


def test_what_another_key_sealed_does_not_open(keyring: Keyring, tmp_path: Path) -> None:
    create_key_file(tmp_path / "other")
    sealed = Keyring.from_file(tmp_path / "other").seal(TEXT, PLACE)

    with pytest.raises(MissingKeyError, match="add it below the others") as caught:
        keyring.open(sealed, PLACE)

    other = (tmp_path / "other").read_text().strip()
    assert caught.value.key_id == key_id(other)
    assert key_id(other) in str(caught.value)
    assert other[:8] not in str(caught.value)


def test_the_cipher_s_key_is_not_the_one_in_the_file(key_file: Path, keyring: Keyring) -> None:
    """A text of Fernet's with the same line of the file is of no use here, and the other way round."""
    fernet = Fernet(key_file.read_text().strip())

    with pytest.raises(NotSealedError):
        keyring.open(fernet.encrypt(TEXT), PLACE)


def test_a_broken_key_is_named_by_its_line_and_not_shown(tmp_path: Path) -> None:
    path = tmp_path / "keys"
    path.write_text(f"{Fernet.generate_key().decode()}\nnot-a-key\n")

    with pytest.raises(SealError, match="line 2 is not a key") as caught:
        Keyring.from_file(path)

    assert "not-a-key" not in str(caught.value)


@pytest.mark.parametrize("content", [b"", b"# only words\n", b"\xff\xfe"])
def test_a_file_without_a_readable_key_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "keys"
    path.write_bytes(content)

    with pytest.raises(SealError, match=str(path)):
        Keyring.from_file(path)


def test_an_absent_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(SealError, match=r"nowhere cannot be read \(No such file"):
        Keyring.from_file(tmp_path / "nowhere")
