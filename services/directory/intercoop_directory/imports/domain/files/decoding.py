"""Which characters a file's bytes are: UTF-8, UTF-16, or what older spreadsheets write."""

import codecs
import re
from dataclasses import dataclass
from typing import Final

from intercoop_chassis.refusals import Refusal, Sentence
from intercoop_directory.imports.domain.files.french import eight_bit_reading
from intercoop_directory.imports.domain.files.protection import UNREADABLE

_BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_WORKBOOKS: Final = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_OTHERS: Final = (
    (b"%PDF", Sentence("est un PDF et non un CSV", "is a PDF, not CSV")),
    (b"{\\rtf", Sentence("est un document et non un CSV", "is a document, not CSV")),
    (b"\x1f\x8b", Sentence("est une archive et non un CSV", "is an archive, not CSV")),
    (b"<", Sentence("est une page web ou du XML et non un CSV", "is a web page or XML, not CSV")),
)
_MULTIBYTE: Final = re.compile(
    rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}"
)
_FOREIGN: Final = re.compile(rb"[\x80-\xff]")
_CUT: Final = re.compile(rb"(?:[\xc2-\xdf]|[\xe0-\xef][\x80-\xbf]?|[\xf0-\xf4][\x80-\xbf]{0,2})\Z")
_PROBE: Final = 4096


@dataclass(frozen=True, slots=True)
class Decoded:
    """`text` has U+FFFD where bytes are no characters of the encoding."""

    text: str
    encoding: str


def decode(data: bytes) -> Decoded | Refusal:
    """The text and the name of the encoding that was found out."""
    if data.startswith(_WORKBOOKS):
        return _refusal(_A_WORKBOOK, _SAVE_AS)
    bare = data.removeprefix(codecs.BOM_UTF8).lstrip()
    if other := next((said for start, said in _OTHERS if bare.startswith(start)), None):
        return _refusal(other, _SAVE_AS)
    if not data.strip(b"\x00 \t\r\n"):
        return _refusal(
            Sentence("est vide", "is empty"), Sentence("Choisissez un autre fichier", "Send a file")
        )
    encoding = _encoding(data)
    text = data.decode(encoding, "replace")
    if not text.replace(UNREADABLE, "").strip():
        return _refusal(
            Sentence("n'est pas un texte lisible", "is no readable text"),
            Sentence("Enregistrez-le de nouveau en CSV UTF-8", "Save it again as CSV UTF-8"),
        )
    return Decoded(text, encoding)


def _encoding(data: bytes) -> str:
    """UTF-8 where most of what is not ASCII is, or all of it is one character that was cut."""
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return encoding
    if wide := _wide_encoding(data[:_PROBE]):
        return wide
    rest, characters = _MULTIBYTE.subn(b"", data)
    wrong = len(_FOREIGN.findall(rest))
    if characters > wrong or not wrong:
        return "utf-8"
    tail = _tail(data)
    is_cut = not characters and wrong == len(tail)
    if is_cut and len(tail) > 1:
        return "utf-8"
    eight_bit, likelihood = eight_bit_reading(data)
    return "utf-8" if is_cut and likelihood <= 0 else eight_bit


def _tail(data: bytes) -> bytes:
    """The beginning of a character of UTF-8 that was cut at the end of the bytes."""
    cut = _CUT.search(data)
    return cut[0] if cut else b""


def _wide_encoding(start: bytes) -> str | None:
    """UTF-16 without its mark: every other byte of mostly Latin text is zero."""
    half = max(len(start) // 2, 1)
    if start[1::2].count(0) > half * 0.6:
        return "utf-16-le"
    if start[0::2].count(0) > half * 0.6:
        return "utf-16-be"
    return None


_A_WORKBOOK: Final = Sentence("est un classeur et non un CSV", "is a workbook, not CSV")
_SAVE_AS: Final = Sentence(
    "Dans le tableur, choisissez Enregistrer sous, CSV UTF-8",
    "In the spreadsheet, choose Save as, CSV UTF-8",
)


def _refusal(reason: Sentence, remedy: Sentence) -> Refusal:
    return Refusal("file", reason, remedy)
