"""Where somebody asks from, as it is kept: a keyed hash, from which nobody finds the address."""

from functools import cache
from hashlib import sha256
from hmac import digest
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from intercoop_chassis.auth.signing_keys import SigningKeys

_PURPOSE: Final = b"intercoop/directory/askers"


def network_hash(network: str, signing_keys: Path) -> bytes:
    """What is kept of an address on the internet, 32 bytes: HMAC (RFC 2104) by the newest key.

    All there are can be tried within minutes, so that a hash without a key would tell it. Each
    process of the instance has the same key; a new one begins to count anew.
    """
    private = _keys(signing_keys).signer.private
    held = private.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    key = digest(held, _PURPOSE, sha256)
    return digest(key, network.encode(), sha256)


@cache
def _keys(path: Path) -> SigningKeys:
    return SigningKeys(path)
