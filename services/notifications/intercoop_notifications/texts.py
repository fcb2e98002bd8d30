"""Texts that other instances wrote, made fit for a line of a mail."""

import re
import unicodedata
from typing import Final

LONGEST: Final = 300
LONGEST_OF_OTHERS: Final = 120

_LINK: Final = re.compile(r"(?:\b[a-z][a-z0-9+.-]*://|\bmailto:|\bwww\.)\S*", re.IGNORECASE)
_QUOTES: Final = str.maketrans(dict.fromkeys('«»“”„‟"', "'"))

_TURNING: Final = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""They turn the direction of writing, so that a text reads as another."""


def one_line(text: str, longest: int = LONGEST) -> str:
    """The text on one line, without control characters, cut where it is too long."""
    kept = (" " if _is_unfit(character) else character for character in text)
    line = " ".join("".join(kept).split())
    return line if len(line) <= longest else line[: longest - 1].rstrip() + "…"


def quotable(text: str, longest: int = LONGEST_OF_OTHERS) -> str:
    """Words of others, to stand in quotation marks within ours.

    They cannot end the quotation, and no mail program makes a link of an address in them.
    """
    return one_line(_LINK.sub("[…]", one_line(text.translate(_QUOTES), LONGEST)), longest)


def _is_unfit(character: str) -> bool:
    return character in _TURNING or unicodedata.category(character) in {"Cc", "Cs"}
