"""Texts as people write them: tidied before they are kept, made alike before they are compared.

With `refusals` all of the chassis that a domain may use: values only.
"""

import re
import unicodedata
from typing import Final

_UNSEEN: Final = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200e\u200f\u202a-\u202d"
    "\u2060-\u206f\u3164\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0000-\U000e001f\U000e0080-\U000e00ff\U000e01f0-\U000e0fff"
)
"""Soft hyphens, zero-width blanks, marks and embeddings of direction, fillers, byte-order marks."""

TURNING: Final = "\u202e"
"""Turns the letters after it round, so that one text reads as another: refused, never removed."""

_JOINED: Final = (
    "\u0600-\u0dff\u0f00-\u109f\u1780-\u18af\u1a20-\u1aaf\u1b00-\u1c4f\u1cd0-\u1cff\ua800-\uabff"
    "\ufb50-\ufdff\ufe70-\ufefc\U00010a00-\U00010fff\U00011000-\U00011fff\U0001e900-\U0001e95f"
)
"""Scripts whose letters join, from Arabic over those of India to Mongolian: joiners shape them."""

_VIRAMAS: Final = "\u094d\u09cd\u0a4d\u0acd\u0b4d\u0bcd\u0c4d\u0ccd\u0d4d\u0dca\u1039\u103a\u17d2"
_PICTURES: Final = (
    "\u00a9\u00ae\u203c\u2049\u2122\u2139\u2190-\u23ff\u24c2\u25a0-\u27bf\u2900-\u297f\u2b00-\u2bff"
    "\u3030\u303d\u3297\u3299\U0001f000-\U0001faff"
)
_IDEOGRAPHS: Final = "\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_JOINERS: Final = "\u200c\u200d"
_SELECTORS: Final = "\u180b-\u180d\u180f\ufe00-\ufe0f\U000e0100-\U000e01ef"
_TAGS: Final = "\U000e0020-\U000e007f"

_REMOVED: Final = re.compile(f"[{_UNSEEN}]")
_SHAPING: Final = re.compile(f"[{_JOINERS}{_SELECTORS}{_TAGS}]")
_SHAPED: Final = re.compile(
    "("
    "\U0001f3f4[\U000e0020-\U000e007e]+\U000e007f"  # the flag of a region
    f"|[{_PICTURES}][\ufe0e\ufe0f]?(?:\u200d[{_PICTURES}][\ufe0e\ufe0f]?)+"  # a family
    f"|[{_PICTURES}][\ufe0e\ufe0f]"
    "|[0-9#*]\ufe0f(?=\u20e3)"  # a key of a telephone
    f"|(?<=[{_IDEOGRAPHS}])[\ufe00-\ufe0d\U000e0100-\U000e01ef]"
    "|(?<=[\u1820-\u18aa])[\u180b-\u180d\u180f]"
    f"|(?<=[{_JOINED}])[{_JOINERS}](?=[{_JOINERS}]*[{_JOINED}])"
    f"|(?<=[{_JOINED}])\u200d|(?<=[{_VIRAMAS}])\u200c"
    f")|[{_JOINERS}{_SELECTORS}{_TAGS}]"
)
_LINE_ENDS: Final = str.maketrans({"\u2028": "\n", "\u2029": "\n", "\u2800": " "})

_TRADE_MARKS: Final = {"\u2122": " ", "\u2120": " "}
_LETTERS: Final = str.maketrans(
    {
        "œ": "oe",
        "æ": "ae",
        "ß": "ss",
        "ø": "o",
        "ł": "l",
        "đ": "d",
        "ð": "d",
        "þ": "th",
        "\u0131": "i",
        "Œ": "oe",
        "Æ": "ae",
        "ẞ": "ss",
        "Ø": "o",
        "Ł": "l",
        "Đ": "d",
        "Ð": "d",
        "Þ": "th",
        **_TRADE_MARKS,
    }
)
_ACCENTS: Final = re.compile(
    "(?<!\u0438)[\u0300-\u036f]"  # a Cyrillic short i is a letter of its own
    "|[\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7]"
    "|[\u0640\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed]"
)
"""Also the vowel points of Hebrew and Arabic, which people leave out."""

_NO_WORD: Final = re.compile("[^a-z0-9]+")
"""In ASCII, where it is asked most often."""
_FIRST_SYMBOL: Final = "\u2190"


def visible(text: str) -> str:
    """The text, composed (NFC), without what nobody sees.

    Joiners and selectors stay where they shape what is seen; Unicode's ends of lines and paragraphs
    are line feeds. `TURNING` is left for whoever refuses it.
    """
    if text.isascii():
        return text
    kept = _REMOVED.sub("", text.translate(_LINE_ENDS))
    if _SHAPING.search(kept):
        kept = _SHAPED.sub(lambda found: found[1] or "", kept)
    return unicodedata.normalize("NFC", kept)


def tidy(text: str) -> str:
    """Visible, on one line, with one blank where there were several."""
    return " ".join(visible(text).split())


def one_line(text: str) -> str:
    """Tidied, with a blank for what `has_controls` finds: fit for a header, whoever wrote it."""
    kept = (" " if has_controls(letter) else letter for letter in visible(text))
    return " ".join("".join(kept).split())


def tidy_lines(text: str) -> str:
    """Visible, without blanks around it; its lines are kept."""
    return visible(text).strip()


def tidy_or_none(text: str | None) -> str | None:
    """Tidied; None when nothing is left."""
    return (tidy(text) or None) if text is not None else None


def has_controls(text: str) -> bool:
    """Whether a text holds what no name has: NUL, escape, half a surrogate, turned letters."""
    return any(letter == TURNING or unicodedata.category(letter) in {"Cc", "Cs"} for letter in text)


def key(text: str) -> str:
    """What is left of a text when case, accents and punctuation are forgiven: `l ile d yeu`.

    Letters of every alphabet are left, and pictures, so that names in them are told apart.
    """
    if text.isascii():
        return _NO_WORD.sub(" ", text.lower()).strip()
    bare = _ACCENTS.sub("", _SHAPING.sub("", _decomposed(visible(text))))
    return _in_words(unicodedata.normalize("NFC", bare))


def _decomposed(text: str) -> str:
    """Compatibility decomposition without case (Unicode, D145 without its last step)."""
    once = unicodedata.normalize("NFKD", text.translate(_LETTERS).casefold())
    return unicodedata.normalize("NFKD", once.translate(_LETTERS).casefold())


def _in_words(text: str) -> str:
    kept = (letter if _is_of_a_word(letter) else " " for letter in text)
    return " ".join("".join(kept).split())


def _is_of_a_word(letter: str) -> bool:
    category = unicodedata.category(letter)
    return category[0] in "LMN" or (category == "So" and letter >= _FIRST_SYMBOL)
