"""A logo is a whole PNG or JPEG picture of a size that fits, and nothing else."""

import struct
import zlib

import pytest

from intercoop_chassis.refusals import Refused
from intercoop_directory.setup.domain.logo import MAX_BYTES, Logo, examine_logo

SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


def chunk(kind: bytes, data: bytes = b"") -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width: int = 40, height: int = 20, more: bytes = b"") -> bytes:
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = zlib.compress(b"".join(b"\0" + b"\x80" * width for _ in range(height)))
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND") + more
    )


def jpeg(width: int = 40, height: int = 20) -> bytes:
    app = b"\xff\xe0" + struct.pack(">H", 16) + b"JFIF\0\1\1\0\0\1\0\1\0\0"
    frame = b"\xff\xc0" + struct.pack(">HBHHB", 11, 8, height, width, 1) + b"\1\x11\0"
    return b"\xff\xd8" + app + frame + b"\xff\xda\0\2" + b"\0\0" + b"\xff\xd9"


@pytest.mark.parametrize(
    ("content", "ending", "media_type"),
    [(png(), ".png", "image/png"), (jpeg(), ".jpg", "image/jpeg")],
)
def test_a_picture_is_taken_under_the_name_of_its_content(
    content: bytes, ending: str, media_type: str
) -> None:
    logo = examine_logo(content)

    assert isinstance(logo, Logo)
    assert (logo.name[32:], logo.media_type, logo.content) == (ending, media_type, content)
    assert examine_logo(content) == logo


@pytest.mark.parametrize(
    "content",
    [SVG, b"GIF89a", b"", png()[:-5], png(more=b"<script>"), png(more=SVG), jpeg()[:-2],
     jpeg() + SVG, png()[:8], b"\xff\xd8\xff", png().replace(b"\x9c", b"\x9d")],
    ids=range(11),
)  # fmt: skip
def test_what_is_no_whole_picture_is_refused_with_what_would_do(content: bytes) -> None:
    refused = examine_logo(content)

    assert isinstance(refused, Refused)
    assert "PNG" in refused.refusals[0].remedy.fr


def test_a_picture_that_is_too_large_is_refused_by_its_weight_or_by_its_size() -> None:
    heavy = examine_logo(png() + b"x" * MAX_BYTES)
    wide = examine_logo(png(2001, 1))
    empty = examine_logo(png(0, 1))

    assert isinstance(heavy, Refused)
    assert "200 ko" in heavy.refusals[0].reason.fr
    assert isinstance(wide, Refused)
    assert isinstance(empty, Refused)
