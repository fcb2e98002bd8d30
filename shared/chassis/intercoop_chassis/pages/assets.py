"""The styles, icons, letters and scripts of pages: vendored, read once, fresh for a year.

Their address holds a digest of all of them, so a page and its style are always of one version.
"""

import gzip
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Final

from fastapi import APIRouter, Request, Response

from intercoop_chassis.auth.rights import ANYONE
from intercoop_chassis.errors import NotFoundError

FOLDERS: Final = (
    Path(__file__).parent / "assets",
    Path(__file__).parents[1] / "maps/assets",
)
_TYPES: Final = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
}
_CACHE: Final = "public, max-age=31536000, immutable"


@dataclass(frozen=True, slots=True)
class Asset:
    """A file as it is sent; `gzipped` where that is smaller."""

    media_type: str
    content: bytes
    gzipped: bytes | None


def _digest() -> str:
    digest = sha256()
    for path in _files():
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:12]


def _files() -> list[Path]:
    found = (path for folder in FOLDERS for path in folder.iterdir() if path.suffix in _TYPES)
    return sorted(found, key=lambda path: path.name)


@cache
def _assets() -> dict[str, Asset]:
    return {path.name: _asset(path) for path in _files()}


def _asset(path: Path) -> Asset:
    content = path.read_bytes()
    gzipped = None if path.suffix == ".woff2" else gzip.compress(content, mtime=0)
    return Asset(_TYPES[path.suffix], content, gzipped)


HASH: Final = _digest()


def asset_routes(service: str) -> APIRouter:
    """`/<service>/assets/<hash>/<name>`; with another version's hash there is nothing."""
    router = APIRouter(include_in_schema=False, dependencies=[ANYONE], tags=[service])

    @router.get(f"/{service}/assets/{{version}}/{{name}}", summary="A style, script or picture")
    async def asset(version: str, name: str, request: Request) -> Response:
        found = _assets().get(name) if version == HASH else None
        if found is None:
            raise NotFoundError("No asset has this name in this version: load the page again")
        return _sent(found, request)

    return router


def _sent(asset: Asset, request: Request) -> Response:
    headers = {"Cache-Control": _CACHE, "Vary": "Accept-Encoding"}
    takes_gzip = "gzip" in request.headers.get("accept-encoding", "")
    if asset.gzipped is None or not takes_gzip:
        return Response(asset.content, media_type=asset.media_type, headers=headers)
    headers["Content-Encoding"] = "gzip"
    return Response(asset.gzipped, media_type=asset.media_type, headers=headers)
