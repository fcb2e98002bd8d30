"""Which older encoding a text was written in: the one in which its letters stand as in French.

Libraries that guess from statistics mistake short lists for Icelandic or Czech.
"""

import re
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Final

_ENCODINGS: Final = ("cp1252", "iso8859-15", "mac_roman", "cp850", "latin-1")
"""What spreadsheets in France write; of equals the first. Code page 437 has the same small letters
as 850."""

_FREQUENT: Final = frozenset("éèêëàâçîïôùûœÉÈÊÀÂÇÎÔŒ")
_POSSIBLE: Final = frozenset("ËÏÖÙÛÜæÆÿöüñáíóúòäßÑ°€«»…\u2013\u2018\u2019\u00a0·")
_BETWEEN_LETTERS: Final = frozenset("\u2019\u2018·\u00a0°\u00ad")
_RUN: Final = re.compile(r"[^\x00-\x7f]{2,}")
_FOREIGN: Final = re.compile(r"(?s)(?<=(.))([^\x00-\x7f])(?=(.?))")
_IMPOSSIBLE: Final = -(2**62)
_FREQUENT_WEIGHT: Final = 3
_UNFIT: Final = -2


def eight_bit_reading(data: bytes) -> tuple[str, int]:
    """The encoding in which the bytes look most like French, and how much they do."""
    likelihoods = {name: _likelihood(_decoded(data, name)) for name in _ENCODINGS}
    best = max(_ENCODINGS, key=likelihoods.__getitem__)
    return best, likelihoods[best]


def is_garbled(text: str) -> bool:
    """Whether French was UTF-8 and was read as something else before it came here: `cafÃ©`."""
    return any(_is_garbled(found[0]) for found in _RUN.finditer(text))


def _is_garbled(run: str) -> bool:
    try:
        meant = run.encode("cp1252").decode()
    except UnicodeError:
        return False
    return all(letter in _FREQUENT or letter in _POSSIBLE or letter == "\ufffd" for letter in meant)


def _likelihood(text: str | None) -> int:
    if text is None:
        return _IMPOSSIBLE
    found = Counter[tuple[str, str, str]](_FOREIGN.findall(f" {text}"))
    return sum(count * _weight(*letters) for letters, count in found.items())


def _weight(before: str, letter: str, after: str) -> int:
    if not _fits(before, letter, after):
        return _UNFIT
    if letter in _FREQUENT:
        return 1 if letter == "ê" and not (before.isalpha() or before == " ") else _FREQUENT_WEIGHT
    if letter in _POSSIBLE:
        return 1
    return -1 if letter.isalpha() or not letter.isprintable() else 0


def _fits(before: str, letter: str, after: str) -> bool:
    """Whether a letter goes with its neighbours: not `mÈre`, not `êTÉ`, not `C½ur`."""
    if not letter.isalpha():
        return letter in _BETWEEN_LETTERS or not (before.isalpha() and after.islower())
    if letter.isupper():
        if before.isalpha() and (not before.isupper() or after.islower()):
            return False
    elif after.isupper():
        return False
    return _is_french(before.casefold(), letter.casefold(), after.casefold())


def _is_french(before: str, letter: str, after: str) -> bool:
    stands = _STANDS.get(letter)
    return stands is None or stands(before, after)


_STANDS: Final[Mapping[str, Callable[[str, str], bool]]] = {
    "à": lambda before, after: before not in set("aeiou") and not after.isalpha(),
    "ù": lambda before, after: before == "o" and not after.isalpha(),
    "ç": lambda _, after: after in set("aouâôû"),
    "ê": lambda before, after: after.isalpha() and (before.isalpha() or after == "t"),
    "â": lambda before, _: before not in set("aâou"),
    "î": lambda _, after: after not in set("aeiou"),
    "ô": lambda _, after: after not in set("rvs"),
    "û": lambda before, _: before != "a",
    "ë": lambda before, after: before in set("aeiouy") or after in set("aeioué"),
    "ï": lambda before, after: before in set("aeiouy") or after in set("aeioué"),
    "œ": lambda before, after: after.isalpha() and not before.isdigit(),
}


def _decoded(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None
