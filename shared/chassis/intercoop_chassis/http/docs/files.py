"""The files of the description's page, kept compressed, and told by their content (ETag)."""

import gzip
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Final

from fastapi import Response

from intercoop_chassis.errors import NotFoundError

_FOLDER: Final = Path(__file__).parent
_FILES: Final = {
    "page.html": (_FOLDER / "page.html", "text/html"),
    "page.css": (_FOLDER / "page.css", "text/css"),
    "page.js": (_FOLDER / "page.js", "text/javascript"),
    "swagger-ui.css": (_FOLDER / "swagger_ui" / "swagger-ui.css", "text/css"),
    "swagger-ui-bundle.js": (_FOLDER / "swagger_ui" / "swagger-ui-bundle.js", "text/javascript"),
}


@dataclass(frozen=True, slots=True)
class _File:
    """A file as it is sent to nearly everybody, and its weak ETag."""

    packed: bytes
    media_type: str
    etag: str


def answer_file(name: str, asked: Mapping[str, str]) -> Response:
    """The file, or 304 to a browser that has it as it is. Raises `NotFoundError`."""
    if name not in _FILES:
        raise NotFoundError("The page has no such part: open /docs")
    file = _file(name)
    headers = {"ETag": file.etag, "Cache-Control": "no-cache", "Vary": "Accept-Encoding"}
    if file.etag in asked.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    if "gzip" in asked.get("accept-encoding", ""):
        packing = {"Content-Encoding": "gzip"}
        return Response(file.packed, media_type=file.media_type, headers=headers | packing)
    content = gzip.decompress(file.packed)
    return Response(content, media_type=file.media_type, headers=headers)


@cache
def _file(name: str) -> _File:
    """Read once for a process: the greatest has 1.7 MB, 0.5 MB of it are kept."""
    path, media_type = _FILES[name]
    content = path.read_bytes()
    return _File(gzip.compress(content), media_type, f'W/"{sha256(content).hexdigest()[:16]}"')
