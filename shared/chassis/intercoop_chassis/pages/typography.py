"""French as it is printed: its apostrophe and its unbreakable blanks, in texts written without.

What decisions say of a refusal is plain, for programs and terminals; on a page it reads like the
texts beside it.
"""

import re
from typing import Final

_APOSTROPHE: Final = re.compile(r"(?<=\w)'(?=[\w«])")
_WIDE: Final = re.compile(r" (?=[:»])|(?<=«) ")
_NARROW: Final = re.compile(r" (?=[;?!])")


def typographic(text: str) -> str:
    """The text with `’` for `'`, and blanks that no line breaks at beside `: ; ? !` and `« »`."""
    curved = _APOSTROPHE.sub("\u2019", text)
    return _NARROW.sub("\u202f", _WIDE.sub("\u00a0", curved))
