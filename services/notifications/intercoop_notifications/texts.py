"""Texts that other instances wrote, made fit for a line of a mail."""

import re
from typing import Final

from intercoop_chassis import spelling

LONGEST: Final = 300
LONGEST_OF_OTHERS: Final = 120

_LINK: Final = re.compile(r"(?:\b[a-z][a-z0-9+.-]*://|\bmailto:|\bwww\.)\S*", re.IGNORECASE)
_QUOTES: Final = str.maketrans(dict.fromkeys('«»“”„‟"', "'"))


def one_line(text: str, longest: int = LONGEST) -> str:
    """The text on one line, without control and invisible characters, cut where it is too long."""
    line = spelling.one_line(text)
    return line if len(line) <= longest else line[: longest - 1].rstrip() + "…"


def quotable(text: str, longest: int = LONGEST_OF_OTHERS) -> str:
    """Words of others, to stand in quotation marks within ours.

    They cannot end the quotation, and no mail program makes a link of an address in them.
    """
    return one_line(_LINK.sub("[…]", one_line(text.translate(_QUOTES), LONGEST)), longest)
