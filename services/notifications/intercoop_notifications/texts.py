"""Texts that other instances wrote, made fit for a line of a mail."""

import unicodedata
from typing import Final

LONGEST: Final = 300

_TURNING: Final = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""They turn the direction of writing, so that a text reads as another."""


def one_line(text: str, longest: int = LONGEST) -> str:
    """The text on one line, without control characters, cut where it is too long."""
    kept = (" " if _is_unfit(character) else character for character in text)
    line = " ".join("".join(kept).split())
    return line if len(line) <= longest else line[: longest - 1].rstrip() + "…"


def _is_unfit(character: str) -> bool:
    return character in _TURNING or unicodedata.category(character) in {"Cc", "Cs"}
