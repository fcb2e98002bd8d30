from pathlib import Path
from uuid import uuid4

import pytest
from cryptography.fernet import Fernet

from intercoop_chassis.wire.sealing import (
    Keyring,
    MissingKeyError,
    SealError,
    create_key_file,
    key_id,
    open_fields,
    seal_fields,
)
from intercoop_contracts.directory import ContactKind, ContactPointView, PersonView
from intercoop_contracts.personal import Personal
from intercoop_contracts.streams import View


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    path = tmp_path / "sealing.keys"
    create_key_file(path)
    return path


@pytest.fixture
def keyring(key_file: Path) -> Keyring:
    return Keyring.from_file(key_file)


PERSON = PersonView(
    given_name="Jeanne",
    family_name="Barret",
    contact_points=(
        ContactPointView(kind=ContactKind.EMAIL, value="jeanne@example.org"),
        ContactPointView(kind=ContactKind.PHONE, value="+33 5 00 00 00 00"),
    ),
)


class NestedView(View):
    note: Personal[str] | None = None
    nicknames: tuple[Personal[str], ...] = ()
    person: PersonView | None = None


def test_a_sealed_text_opens_again(keyring: Keyring) -> None:
    sealed = keyring.seal("Jeanne Barret, é")

    assert "Jeanne" not in sealed
    assert keyring.open(sealed) == "Jeanne Barret, é"


def test_a_made_key_file_is_for_its_owner_alone(key_file: Path) -> None:
    assert key_file.stat().st_mode & 0o777 == 0o600


def test_a_key_file_is_never_written_over(key_file: Path) -> None:
    before = key_file.read_text()

    with pytest.raises(SealError, match="is there already"):
        create_key_file(key_file)

    assert key_file.read_text() == before


def test_after_a_new_key_what_the_old_one_sealed_still_opens(key_file: Path) -> None:
    sealed = Keyring.from_file(key_file).seal("Jeanne")
    old = key_file.read_text()

    key_file.write_text(f"# newest first\n{Fernet.generate_key().decode()}\n\n{old}")
    both = Keyring.from_file(key_file)
    key_file.write_text(old)

    assert both.open(sealed) == "Jeanne"
    with pytest.raises(SealError):
        Keyring.from_file(key_file).open(both.seal("Jeanne"))


def test_what_another_key_sealed_does_not_open(keyring: Keyring, tmp_path: Path) -> None:
    create_key_file(tmp_path / "other")
    sealed = Keyring.from_file(tmp_path / "other").seal("Jeanne")

    with pytest.raises(MissingKeyError, match="add it below the others") as caught:
        keyring.open(sealed)

    other = (tmp_path / "other").read_text().strip()
    assert key_id(other) in str(caught.value)
    assert other[:8] not in str(caught.value)


def test_a_sealed_text_without_a_keys_name_opens_too(key_file: Path) -> None:
    keyring = Keyring.from_file(key_file)

    assert keyring.open(keyring.seal("Jeanne").partition(".")[2]) == "Jeanne"


def test_a_sealed_text_that_was_changed_does_not_open(keyring: Keyring) -> None:
    sealed = keyring.seal("Jeanne")

    with pytest.raises(SealError, match="no key of the ring"):
        keyring.open(sealed[:-10] + "AAAAAAAAA=")


@pytest.mark.parametrize("text", ["Jeanne", "", "é"])
def test_a_text_in_the_clear_does_not_open(keyring: Keyring, text: str) -> None:
    with pytest.raises(SealError):
        keyring.open(text)


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


def test_the_personal_fields_of_a_view_are_sealed_and_no_others(keyring: Keyring) -> None:
    value = PERSON.model_dump(mode="json")

    sealed = seal_fields(PersonView, value, keyring)

    assert value == PERSON.model_dump(mode="json")
    assert keyring.open(sealed["given_name"]) == "Jeanne"
    assert keyring.open(sealed["contact_points"][1]["value"]) == "+33 5 00 00 00 00"
    assert sealed["contact_points"][1]["kind"] == "phone"
    assert sealed["language"] == "fr"
    assert open_fields(PersonView, sealed, keyring) == value


def test_optional_listed_and_nested_personal_fields_are_found(keyring: Keyring) -> None:
    view = NestedView(note="born here", nicknames=("Jean",), person=PERSON)
    value = view.model_dump(mode="json")

    sealed = seal_fields(NestedView, value, keyring)

    assert keyring.open(sealed["note"]) == "born here"
    assert keyring.open(sealed["nicknames"][0]) == "Jean"
    assert keyring.open(sealed["person"]["family_name"]) == "Barret"
    assert open_fields(NestedView, sealed, keyring) == value


def test_absent_parts_and_unknown_fields_are_left_as_they_are(keyring: Keyring) -> None:
    value = {"note": None, "person": None, "new_field": str(uuid4())}

    assert seal_fields(NestedView, value, keyring) == value
