"""Which addresses are pages: all but the API's, and those of whoever operates or programs."""

from collections.abc import Mapping
from typing import Final
from urllib.parse import urlencode

LONGEST_BYTES: Final = 2_000
"""Of an address that is carried along to come back to."""

_PROGRAMS: Final = frozenset({"health", "metrics", "docs", "openapi.json", "token"})


def is_page_path(path: str) -> bool:
    """Whether people's browsers ask here, with a cookie, and not programs with a bearer token."""
    first, _, rest = path.removeprefix("/").partition("/")
    return first not in _PROGRAMS and rest.partition("/")[0] != "api"


def service_of(path: str) -> str:
    """The service whose address this is; what every process answers is of none."""
    return path.removeprefix("/").partition("/")[0]


def is_asset_path(path: str) -> bool:
    """Whether what is there is the same for everybody, and kept by browsers for a year."""
    _, _, rest = path.removeprefix("/").partition("/")
    return rest.startswith("assets/")


def local_path(address: str, otherwise: str = "/") -> str:
    """The address if it is a path of this very site, of 2,000 bytes at most, else the other one.

    Browsers read two slashes or backslashes as another site, leave out tabs and line ends, and keep
    no cookie of more than 4,096 bytes, in which a sign-in carries it.
    """
    is_ours = address.startswith("/") and not address.startswith(("//", "/\\"))
    is_short = len(address.encode(errors="replace")) <= LONGEST_BYTES
    return address if is_ours and is_short and address.isprintable() else otherwise


def address(path: str, query: Mapping[str, str | None]) -> str:
    """The path with those parameters that have a value."""
    there = {name: value for name, value in query.items() if value is not None}
    return f"{path}?{urlencode(there)}" if there else path
