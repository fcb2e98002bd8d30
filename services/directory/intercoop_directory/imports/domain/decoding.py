"""Which characters a file's bytes are: UTF-8, UTF-16, or what older spreadsheets write."""

import re
from dataclasses import dataclass
from typing import Final

from intercoop_chassis.refusals import Refusal, Sentence

_BOMS: Final = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
_WORKBOOKS: Final = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_EIGHT_BIT: Final = ("cp1252", "mac_roman", "cp850", "latin-1")
_FREQUENT: Final = frozenset("éèêëàâçîïôöùûüœÉÈÊÀÂÇÎÔŒ")
_POSSIBLE: Final = frozenset("ËÏÖÙÛÜæÆÿñáíóúòäßÑ°€«»…\u2013\u2018\u2019\u00a0")
_FOREIGN: Final = re.compile(r"(?s)(?<=(.))([^\x00-\x7f])(?=(.?))")
_IMPOSSIBLE: Final = -(2**62)
_PROBE: Final = 4096


@dataclass(frozen=True, slots=True)
class Decoded:
    text: str
    encoding: str


def decode(data: bytes) -> Decoded | Refusal:
    """The text and the name of the encoding that was found out."""
    if data.startswith(_WORKBOOKS):
        return _refusal(
            Sentence("est un classeur et non un CSV", "is a workbook, not CSV"),
            Sentence(
                "Dans le tableur, choisissez Enregistrer sous, CSV UTF-8",
                "In the spreadsheet, choose Save as, CSV UTF-8",
            ),
        )
    if not data.strip(b"\x00 \t\r\n"):
        return _refusal(
            Sentence("est vide", "is empty"), Sentence("Choisissez un autre fichier", "Send a file")
        )
    encoding = _encoding(data)
    try:
        return Decoded(data.decode(encoding), encoding)
    except UnicodeDecodeError:
        return _refusal(
            Sentence("n'est pas un texte lisible", "is no readable text"),
            Sentence("Enregistrez-le de nouveau en CSV UTF-8", "Save it again as CSV UTF-8"),
        )


def _encoding(data: bytes) -> str:
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return encoding
    if wide := _wide_encoding(data[:_PROBE]):
        return wide
    return "utf-8" if _decoded(data, "utf-8") is not None else _eight_bit_encoding(data)


def _wide_encoding(start: bytes) -> str | None:
    """UTF-16 without its mark: every other byte of mostly Latin text is zero."""
    half = max(len(start) // 2, 1)
    if start[1::2].count(0) > half * 0.6:
        return "utf-16-le"
    if start[0::2].count(0) > half * 0.6:
        return "utf-16-be"
    return None


def _eight_bit_encoding(data: bytes) -> str:
    """The one in which the text looks most like French; the first of equals.

    Libraries that guess from statistics mistake short lists for Icelandic or Czech.
    """
    readings = {name: _decoded(data, name) for name in _EIGHT_BIT}
    return max(_EIGHT_BIT, key=lambda name: _likelihood(readings[name]))


def _likelihood(text: str | None) -> int:
    if text is None:
        return _IMPOSSIBLE
    return sum(_weight(*found.groups()) for found in _FOREIGN.finditer(text))


def _weight(before: str, letter: str, after: str) -> int:
    if not _fits(before, letter, after):
        return -2
    if letter in _FREQUENT:
        return 3
    return 1 if letter in _POSSIBLE else -1


def _fits(before: str, letter: str, after: str) -> bool:
    """Whether the case of a letter goes with that of its neighbours: not `mÈre`, not `êTÉ`."""
    if letter.isupper():
        return not before.isalpha() or (before.isupper() and not after.islower())
    return not (letter.islower() and after.isupper())


def _decoded(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None


def _refusal(reason: Sentence, remedy: Sentence) -> Refusal:
    return Refusal("file", reason, remedy)
