"""Codes that a mail carries: eight characters of base32 (RFC 4648, 6), as people type them."""

import re
from base64 import b32encode
from hashlib import scrypt, sha256
from typing import Final

CODE_BYTES: Final = 5
"""Of chance, for eight characters."""

_CODE: Final = re.compile("[A-Z2-7]{8}")
_LOOK_ALIKE: Final = str.maketrans("018", "OIB")
_BETWEEN: Final = re.compile(r"[\s.–-]+")  # noqa: RUF001  a dash, as some keyboards type it
_SCRYPT_N: Final = 2**13
_SCRYPT_R: Final = 8


def code_of(chance: bytes) -> str:
    """The code of five random bytes: `K7WQ2MXA`."""
    if len(chance) != CODE_BYTES:
        raise ValueError(f"A code is made of {CODE_BYTES} bytes")
    return b32encode(chance).decode()


def shown(code: str) -> str:
    """As it is written in a mail: `K7WQ-2MXA`."""
    return f"{code[:4]}-{code[4:]}"


def tidy_code(typed: str) -> str | None:
    """The code that somebody means, whatever its case and blanks; None for what can be none."""
    code = _BETWEEN.sub("", typed).upper().translate(_LOOK_ALIKE)
    return code if _CODE.fullmatch(code) else None


def code_hash(code: str, browser: bytes) -> bytes:
    """What is kept of a code, 32 bytes: scrypt (RFC 7914), 8 MiB and some ten milliseconds.

    A code has 40 bits. Whoever reads the database has 15 minutes, and a search takes years.
    `browser` is the hash of the secret of the browser that asked, so that no two have one salt.
    """
    return scrypt(code.encode(), salt=browser, n=_SCRYPT_N, r=_SCRYPT_R, p=1, dklen=32)


def secret_hash(secret: str) -> bytes:
    """What is kept of a secret that nobody can guess, or of an address that is only compared."""
    return sha256(secret.encode()).digest()
