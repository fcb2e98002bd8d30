"""Programs that may ask for tokens: their file, and the hashes of their secrets."""

from pathlib import Path
from uuid import uuid4

import jwt
import pytest

from intercoop_chassis.auth.files import UnusableFileError
from intercoop_chassis.auth.issuing import TokenIssuer
from intercoop_chassis.auth.programs import Programs, hash_of, new_secret, read_programs
from intercoop_chassis.auth.signing_keys import SigningKeys, create_signing_key_file

SECRET, HASH = new_secret()
COOP = uuid4()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "programs.toml"
    path.touch(0o600)
    return path


@pytest.fixture
def issuer(tmp_path: Path) -> TokenIssuer:
    keys = tmp_path / "signing.pem"
    create_signing_key_file(keys)
    return TokenIssuer("test", "ouest", SigningKeys(keys))


def test_a_program_gets_what_its_file_gives_it(file: Path, issuer: TokenIssuer) -> None:
    file.write_text(
        f'[accounting]\nsecrets = ["{HASH}"]\nroles = ["staff"]\norganisations = ["{COOP}"]\n'
    )
    programs = Programs(issuer, file)

    tokens = [programs.token("accounting", SECRET) for _ in range(2)]

    first, second = (jwt.decode(one or "", options={"verify_signature": False}) for one in tokens)
    assert first["roles"] == ["staff"]
    assert first["organisations"] == [str(COOP)]
    assert first["sub"] == second["sub"], "a program stays the same"
    assert first["sid"] != second["sid"]
    assert "auth_time" not in first


def test_a_wrong_secret_an_unknown_name_and_the_hash_itself_get_nothing(
    file: Path, issuer: TokenIssuer
) -> None:
    file.write_text(f'[accounting]\nsecrets = ["{HASH}"]\n')
    programs = Programs(issuer, file)

    for name, secret in (
        ("accounting", ""),
        ("accounting", SECRET[:-1]),
        ("accounting", HASH),
        ("bookkeeping", SECRET),
        ("", SECRET),
    ):
        assert programs.token(name, secret) is None
    assert Programs(issuer, None).token("accounting", SECRET) is None


def test_two_secrets_are_good_while_one_takes_the_place_of_the_other(
    file: Path, issuer: TokenIssuer
) -> None:
    newer, hashed = new_secret()
    file.write_text(f'[accounting]\nsecrets = ["{HASH}", "{hashed}"]\n')
    programs = Programs(issuer, file)

    assert programs.token("accounting", SECRET)
    assert programs.token("accounting", newer)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[accounting", "is not TOML"),
        ("[accounting]", "accounting.secrets: Field required"),
        (f'[accounting]\nsecrets = ["{SECRET}"]', "give the hash that `program-secret` prints"),
        (f'[accounting]\nsecrets = ["{HASH}"]\nroles = ["cook"]', "accounting.roles.0"),
        (f'[accounting]\nsecrets = ["{HASH}"]\nrole = "staff"', "accounting.role"),
        (f'["Our accounts"]\nsecrets = ["{HASH}"]', "Our accounts"),
    ],
    ids=["not-toml", "no-secrets", "no-hash", "unknown-role", "unknown-field", "no-slug"],
)
def test_a_file_that_needs_correction_is_told_where_and_shows_no_secret(
    file: Path, text: str, words: str
) -> None:
    file.write_text(text)

    with pytest.raises(UnusableFileError) as caught:
        read_programs(file)

    assert words in str(caught.value)
    assert SECRET not in str(caught.value)


def test_a_file_that_others_can_change_is_refused(file: Path) -> None:
    file.chmod(0o666)

    with pytest.raises(UnusableFileError, match="chmod 600"):
        read_programs(file)


def test_every_secret_is_another_one() -> None:
    assert len({new_secret()[0] for _ in range(100)}) == 100
    assert hash_of(SECRET) == HASH
