"""The nomenclature of trades (NAF rév. 2): labels by code, codes by the words of their labels."""

import re
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from intercoop_chassis.refusals import Refusal, Sentence
from intercoop_chassis.spelling import key

LONGEST_QUERY: Final = 100
_MAX_CANDIDATES: Final = 8
_WHOLE: Final = len("43.32A")
_AFTER_ALL: Final = "\U0010ffff"
_CODE: Final = re.compile(
    r"(?P<division>[0-9]{2})(?:[.]?(?P<group>[0-9]{1,2})(?P<letter>[A-Z])?)?[.]?"
)
_SMALL_WORDS: Final = frozenset(
    ["a", "au", "aux", "d", "de", "des", "du", "en", "et", "l", "la", "le", "les", "ou", "par"]
)
_PLURAL: Final = re.compile(r"(?<=[a-z]{3})[sx]\b")


@dataclass(frozen=True, slots=True)
class Trade:
    """An entry: a code of NAF (`43.32A`) or of a level above (`43.32`, `43.3`, `43`)."""

    code: str
    label: str


def trade_code(text: str) -> str | None:
    """A code or its beginning as it is written in NAF, of `4332a`, `43.32A` or `43.`; else None."""
    found = _CODE.fullmatch("".join(text.upper().split()))
    if found is None or (found["letter"] and len(found["group"]) == 1):
        return None
    if not found["group"]:
        return found["division"]
    return f"{found['division']}.{found['group']}{found['letter'] or ''}"


def is_whole(code: str) -> bool:
    """Whether an organisation can have it: `43.32A`; levels above have no letter."""
    return len(code) == _WHOLE


def written_trade(text: str) -> str:
    """What somebody means by a text that a field has offered, `43.32A Travaux de menuiserie…`."""
    first, _, rest = text.strip().partition(" ")
    code = trade_code(first)
    return code if rest and code and is_whole(code) else text.strip()


class Nomenclature:
    """Every entry of every level."""

    def __init__(self, trades: Iterable[Trade]) -> None:
        self._trades = {trade.code: trade for trade in trades}
        self._words = {trade.code: _words_of(trade.label) for trade in self._trades.values()}
        self._having = _by_word(self._words)
        self._vocabulary = sorted(self._having)

    def label(self, code: str | None) -> str | None:
        """What a code is called, in French; None for what NAF rév. 2 does not have."""
        trade = self._trades.get(code or "")
        return trade.label if trade else None

    def find(self, query: str, limit: int) -> Sequence[Trade]:
        """Entries by the words of their labels, or by the beginning of their code, best first.

        Each word that counts begins a word of the label; accents and plurals are forgiven. Best is
        the label of which most was asked for, then the higher level.
        """
        code = trade_code(query)
        if code is not None:
            found = [trade for trade in self._trades.values() if trade.code.startswith(code)]
            return found[:limit]
        asked = _words_of(query)
        if not asked:
            return []
        codes = set.intersection(*(self._with_a_word(each) for each in asked))
        best = sorted(codes, key=lambda each: (len(self._words[each]), len(each), each))
        return [self._trades[each] for each in best[:limit]]

    def codes_like(self, query: str, limit: int) -> Sequence[Trade]:
        """Those that an organisation can have, for what somebody types: whole codes alone."""
        whole = [trade for trade in self.find(query, len(self._trades)) if is_whole(trade.code)]
        return whole[:limit]

    def meant(self, text: str) -> str | Refusal:
        """The code, or the beginning of codes, that a text means by itself; else why not.

        A code that NAF rév. 2 does not have is taken as it is: organisations may have such a one.
        """
        code = trade_code(text)
        if code is not None:
            return code
        found = self.find(text, len(self._trades))
        if not found:
            return _refusal_of_unknown()
        exact = [trade for trade in found if key(trade.label) == key(text)]
        highest = min(exact or found, key=lambda trade: len(trade.code))
        if exact or all(trade.code.startswith(highest.code) for trade in found):
            return highest.code
        return _refusal_of_several(found)

    def _with_a_word(self, beginning: str) -> set[str]:
        """The codes whose labels have a word that begins so."""
        first = bisect_left(self._vocabulary, beginning)
        after = bisect_left(self._vocabulary, beginning + _AFTER_ALL)
        return set[str]().union(*(self._having[word] for word in self._vocabulary[first:after]))


def _by_word(words: Mapping[str, Iterable[str]]) -> dict[str, set[str]]:
    """The codes that have a word, by each word."""
    having: dict[str, set[str]] = {}
    for code, of_label in words.items():
        for word in of_label:
            having.setdefault(word, set()).add(code)
    return having


def _words_of(text: str) -> frozenset[str]:
    words = frozenset(_PLURAL.sub("", key(text)).split())
    return words - _SMALL_WORDS or words


def _refusal_of_unknown() -> Refusal:
    return Refusal(
        "trade",
        Sentence("n'est ni un code NAF ni un mot de ses libellés", "is no NAF code and no label"),
        Sentence(
            "Écrivez un code NAF ou son début (43.32A, 43), ou un mot d'un libellé (menuiserie)",
            "Write a NAF code or its beginning (43.32A, 43), or a word of a label (menuiserie)",
        ),
    )


def _refusal_of_several(found: Sequence[Trade]) -> Refusal:
    shown = ", ".join(f"{trade.code} {trade.label}" for trade in found[:_MAX_CANDIDATES])
    more = ", …" if len(found) > _MAX_CANDIDATES else ""
    return Refusal(
        "trade",
        Sentence(f"désigne {len(found)} activités", f"may mean {len(found)} trades"),
        Sentence(
            f"Donnez le code de la bonne : {shown}{more}",
            f"Give the code of the right one: {shown}{more}",
        ),
    )
