"""How texts are tidied before they are kept, and made alike before they are compared."""

import re
import unicodedata
from typing import Final

_LIGATURES: Final = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss"})
_NOT_A_WORD: Final = re.compile(r"[^a-z0-9]+")


def tidy(text: str) -> str:
    """Composed (NFC), without blanks around it, and with one space where there were several."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def tidy_or_none(text: str | None) -> str | None:
    """Tidied; None when nothing is left."""
    return (tidy(text) or None) if text is not None else None


def key(text: str) -> str:
    """What is left of a text when case, accents and punctuation are forgiven: `l ile d yeu`."""
    folded = unicodedata.normalize("NFKD", text.casefold().translate(_LIGATURES))
    bare = "".join(letter for letter in folded if not unicodedata.combining(letter))
    return _NOT_A_WORD.sub(" ", bare).strip()


def has_controls(text: str) -> bool:
    """Whether a text holds characters that no name or number has: NUL, escape, half a surrogate."""
    return any(unicodedata.category(letter) in {"Cc", "Cs"} for letter in text)
