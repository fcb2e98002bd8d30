"""The keys that sign tokens: what a file may hold, who may read it, and how keys are changed."""

from pathlib import Path
from uuid import uuid4

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from intercoop_chassis.auth.authority import Authority
from intercoop_chassis.auth.files import LOOK_EVERY_S, UnusableFileError
from intercoop_chassis.auth.issuing import TokenContent, TokenIssuer
from intercoop_chassis.auth.signing_keys import (
    SigningKeys,
    create_signing_key_file,
    new_signing_key,
    read_signing_keys,
)
from intercoop_chassis.errors import UnauthenticatedError
from testkit.known_standings import KnownStandings


class HandClock:
    """Monotonic seconds that pass when the test says so."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


class Process:
    """A process of the instance `ouest`, with its own view of the file."""

    def __init__(self, path: Path) -> None:
        self.clock = HandClock()
        self.keys = SigningKeys(path, clock=self.clock)
        self.issuer = TokenIssuer("test", "ouest", self.keys)
        self.authority = Authority(
            self.issuer.name, self.keys.find, owner="ouest", standings=KnownStandings()
        )

    def token(self) -> str:
        return self.issuer.issue(TokenContent(uuid4(), uuid4()))

    async def takes(self, token: str) -> bool:
        try:
            await self.authority.identify(token)
        except UnauthenticatedError:
            return False
        return True


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "signing.pem"
    create_signing_key_file(path)
    return path


def key_of(token: str) -> str:
    return str(jwt.get_unverified_header(token)["kid"])


def put(path: Path, content: bytes) -> None:
    """Another file in the place of this one, as whoever rotates keys should do it."""
    new = path.with_suffix(".new")
    new.touch(0o600)
    new.write_bytes(content)
    new.replace(path)


def pem(key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey, password: bytes = b"") -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.BestAvailableEncryption(password)
        if password
        else serialization.NoEncryption(),
    )


def refused(path: Path, content: bytes) -> str:
    path.write_bytes(content)
    with pytest.raises(UnusableFileError) as caught:
        SigningKeys(path)
    return str(caught.value)


async def test_what_one_process_signs_every_other_takes(path: Path) -> None:
    one, other = Process(path), Process(path)

    assert await other.takes(one.token())


async def test_an_instance_of_the_same_name_with_another_key_is_another_instance(
    path: Path, tmp_path: Path
) -> None:
    elsewhere = tmp_path / "elsewhere.pem"
    create_signing_key_file(elsewhere)

    assert not await Process(path).takes(Process(elsewhere).token())


async def test_of_a_new_key_and_an_older_one_the_new_one_signs_and_both_are_taken(
    path: Path,
) -> None:
    process, other = Process(path), Process(path)
    old = process.token()

    put(path, new_signing_key() + path.read_bytes())
    process.clock.seconds += LOOK_EVERY_S
    new = process.token()

    assert key_of(new) != key_of(old)
    for each in (process, other):
        assert await each.takes(old)
        assert await each.takes(new), "at once, though its file was looked at a moment ago"


async def test_a_key_that_is_taken_out_of_the_file_is_taken_no_more(path: Path) -> None:
    process = Process(path)
    old = process.token()
    assert await process.takes(old)

    put(path, new_signing_key())
    process.clock.seconds += LOOK_EVERY_S

    assert not await process.takes(old)
    assert await process.takes(process.token())


async def test_a_file_that_is_spoilt_while_processes_run_stops_none_of_them(path: Path) -> None:
    process = Process(path)
    old, good = process.token(), path.read_bytes()

    path.write_bytes(good[:40])
    process.clock.seconds += LOOK_EVERY_S

    assert await process.takes(old)
    assert await process.takes(process.token())

    put(path, new_signing_key())
    process.clock.seconds += LOOK_EVERY_S
    assert not await process.takes(old)


def test_what_openssl_writes_around_keys_is_passed_over(path: Path) -> None:
    classic = ec.generate_private_key(ec.SECP256R1()).private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.TraditionalOpenSSL,
        serialization.NoEncryption(),
    )
    parameters = b"-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n"
    path.write_bytes(b"# since 2026-03\n" + parameters + classic + path.read_bytes())

    assert len(read_signing_keys(path)) == 2


def test_a_file_is_made_for_its_owner_alone_and_never_made_over(path: Path) -> None:
    assert path.stat().st_mode & 0o777 == 0o600

    with pytest.raises(UnusableFileError, match="there already"):
        create_signing_key_file(path)
    with pytest.raises(UnusableFileError, match="cannot be made"):
        create_signing_key_file(path / "deeper")


@pytest.mark.parametrize("mode", [0o644, 0o604, 0o660, 0o620, 0o602])
def test_a_file_that_others_can_read_or_change_is_refused(path: Path, mode: int) -> None:
    path.chmod(mode)

    with pytest.raises(UnusableFileError, match=f"mode {mode:04o}.*chmod 600"):
        SigningKeys(path)


@pytest.mark.parametrize("mode", [0o400, 0o600, 0o440, 0o640])
def test_a_group_of_its_own_may_read_it(path: Path, mode: int) -> None:
    path.chmod(mode)

    assert SigningKeys(path).signer


def test_what_is_no_key_for_this_is_refused_with_the_remedy(path: Path) -> None:
    good = path.read_bytes()

    assert "holds no private key" in refused(path, b"")
    assert "openssl genpkey" in refused(path, good.replace(b"PRIVATE", b"PUBLIC"))
    assert "key 2 cannot be read" in refused(
        path, good + good.replace(b"M", b"N", 1)[:80] + good[80:]
    )
    assert "not of the curve P-256" in refused(path, pem(rsa.generate_private_key(65537, 2048)))
    assert "not of the curve P-256" in refused(path, pem(ec.generate_private_key(ec.SECP384R1())))
    locked = pem(ec.generate_private_key(ec.SECP256R1()), b"hush")
    assert "without a password" in refused(path, locked)
    assert "not UTF-8" in refused(path, b"\xff")


def test_no_refusal_shows_what_is_in_the_file(path: Path) -> None:
    inside = path.read_text().splitlines()[1]

    said = refused(path, path.read_bytes().replace(b"M", b"N", 1))

    assert inside[2:20] not in said
