"""A logo: a picture in which nothing can run, PNG or JPEG, looked at before it is kept."""

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from intercoop_chassis.refusals import Refusal, Refused, Sentence

MAX_BYTES: Final = 200_000
MAX_PIXELS: Final = 2_000

_PNG: Final = b"\x89PNG\r\n\x1a\n"
_JPEG: Final = b"\xff\xd8\xff"
_FRAMES: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
"""Markers of a JPEG's frame, which has its size (ITU-T T.81, table B.1)."""

_END_OF_IMAGE: Final = 0xD9
_START_OF_SCAN: Final = 0xDA


@dataclass(frozen=True, slots=True)
class Logo:
    """A picture that was looked at; `name` is its digest with the ending of its kind."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class _Size:
    width: int
    height: int


def examine_logo(content: bytes) -> Logo | Refused:
    """The logo of a file; or why it is none. An SVG may hold scripts, and is not taken."""
    if len(content) > MAX_BYTES:
        return _refused(
            Sentence("Ce fichier pèse plus de 200 ko", "This file has more than 200 kB"),
            Sentence("Réduisez l'image, 400 pixels suffisent", "Make it smaller: 400 pixels do"),
        )
    kind, size = _looked_at(content)
    if size is None:
        return _refused(
            Sentence(
                "Ce fichier n'est pas une image PNG ou JPEG entière",
                "This file is no whole PNG or JPEG picture",
            ),
            Sentence("Enregistrez votre logo en PNG", "Save your logo as PNG"),
        )
    if not (0 < size.width <= MAX_PIXELS and 0 < size.height <= MAX_PIXELS):
        return _refused(
            Sentence(
                f"Cette image a plus de {MAX_PIXELS} pixels de côté",
                f"This picture is more than {MAX_PIXELS} pixels wide or high",
            ),
            Sentence("Réduisez-la, 400 pixels suffisent", "Make it smaller: 400 pixels do"),
        )
    name = f"{sha256(content).hexdigest()[:32]}.{kind}"
    return Logo(name, "image/png" if kind == "png" else "image/jpeg", content)


def _looked_at(content: bytes) -> tuple[str, _Size | None]:
    if content.startswith(_PNG):
        return "png", _size_of_png(content)
    return "jpg", _size_of_jpeg(content) if content.startswith(_JPEG) else None


def _size_of_png(content: bytes) -> _Size | None:
    """The size that its head says, where every chunk is whole and nothing follows the last."""
    chunks = list(_chunks(content))
    if len(chunks) < 2 or chunks[0][0] != b"IHDR" or chunks[-1][0] != b"IEND":  # noqa: PLR2004
        return None
    head = chunks[0][1]
    return _Size(int.from_bytes(head[:4]), int.from_bytes(head[4:8]))


def _chunks(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Kind and data of each chunk, as long as they are whole (PNG, 5.3); all of them, or none."""
    place, found = len(_PNG), []
    while place < len(content):
        length = int.from_bytes(content[place : place + 4])
        kind, data = content[place + 4 : place + 8], content[place + 8 : place + 8 + length]
        check = content[place + 8 + length : place + 12 + length]
        if check != zlib.crc32(kind + data).to_bytes(4):
            return
        found.append((kind, data))
        place += 12 + length
    yield from found


def _size_of_jpeg(content: bytes) -> _Size | None:
    """The size that its frame says, where the picture ends as one does."""
    if not content.rstrip(b"\0").endswith(bytes((0xFF, _END_OF_IMAGE))):
        return None
    place = 2
    while place + 9 < len(content) and content[place] == 0xFF:  # noqa: PLR2004  a marker begins so
        marker = content[place + 1]
        if marker in _FRAMES:
            height, width = content[place + 5 : place + 7], content[place + 7 : place + 9]
            return _Size(int.from_bytes(width), int.from_bytes(height))
        if marker == _START_OF_SCAN:
            return None
        place += 2 + int.from_bytes(content[place + 2 : place + 4])
    return None


def _refused(reason: Sentence, remedy: Sentence) -> Refused:
    return Refused((Refusal("logo", reason, remedy),))
