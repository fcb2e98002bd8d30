"""Programs that may ask the instance for tokens: who they are, and the hashes of their secrets."""

import secrets
import tomllib
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from hashlib import sha256
from hmac import compare_digest
from pathlib import Path
from typing import Annotated, Final
from uuid import NAMESPACE_URL, UUID, uuid4, uuid5

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from intercoop_chassis.auth.files import UnusableFileError, WatchedFile, check_private, text_of
from intercoop_chassis.auth.identity import Role
from intercoop_chassis.auth.issuing import TokenContent, TokenIssuer
from intercoop_contracts.bounds import Slug

SECRET_BYTES: Final = 32

_Hash = Annotated[str, Field(pattern=r"^sha256:[A-Za-z0-9_-]{43}$")]


class Program(BaseModel):
    """What a program may do. Of several secrets each is valid, so that they can be changed."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    secrets: Annotated[list[_Hash], Field(min_length=1, max_length=5)]
    roles: frozenset[Role] = frozenset()
    organisations: frozenset[UUID] = frozenset()


_FILE: Final = TypeAdapter(dict[Slug, Program])


class Programs:
    """The programs of a file, which takes effect within two seconds of a change.

    A token's subject is made of the program's name, so that it is the same whoever issues it.
    """

    def __init__(self, issuer: TokenIssuer, path: Path | None) -> None:
        """Read the file; without one there are no programs. Raises `UnusableFileError`."""
        self._issuer = issuer
        self._file = WatchedFile(path, read_programs) if path else None

    def token(self, name: str, secret: str) -> str | None:
        """A token for a program that knows one of its secrets, with a session of its own."""
        known = self._file.current() if self._file else {}
        program = known.get(name)
        if program is None or not _is_secret_of(program, secret):
            return None
        subject = uuid5(NAMESPACE_URL, f"intercoop:{self._issuer.name}:program:{name}")
        content = TokenContent(subject, uuid4(), program.roles, program.organisations)
        return self._issuer.issue(content)


def read_programs(path: Path) -> Mapping[str, Program]:
    """The programs of a TOML file by their names. Raises `UnusableFileError`."""
    text = text_of(path)
    check_private(path)
    try:
        return _FILE.validate_python(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise UnusableFileError(f"{path} is not TOML: {error}") from error
    except ValidationError as error:
        raise UnusableFileError(f"{path} needs correction: {_faults(error)}") from error


def new_secret() -> tuple[str, str]:
    """A program's new secret, and the hash of it for the file.

    The secret has 256 random bits: nobody finds it by trying, so that its hash needs no salt and
    no slow function as passwords do.
    """
    secret = secrets.token_urlsafe(SECRET_BYTES)
    return secret, hash_of(secret)


def hash_of(secret: str) -> str:
    """SHA-256 of a secret, as the file has it: `sha256:` and 43 characters, URL-safe base64."""
    return "sha256:" + urlsafe_b64encode(sha256(secret.encode()).digest()).decode().rstrip("=")


def _is_secret_of(program: Program, secret: str) -> bool:
    sent = hash_of(secret)
    return any(compare_digest(sent, known) for known in program.secrets)


def _faults(error: ValidationError) -> str:
    """Which values are wrong, without showing them: a secret may stand in the place of its hash."""
    return "; ".join(
        f"{'.'.join(map(str, fault['loc']))}: {_words(fault['type'], fault['msg'])}"
        for fault in error.errors(include_input=False, include_url=False)
    )


def _words(kind: str, message: str) -> str:
    if kind == "string_pattern_mismatch":
        return "give the hash that `program-secret` prints, not the secret"
    return message
