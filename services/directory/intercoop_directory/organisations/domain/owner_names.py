"""How owners are told apart in few words, where all are called alike to begin with."""

import re
from collections.abc import Mapping
from itertools import takewhile
from typing import Final

LEAST: Final = 2
"""So many words have to be the same before they are left out."""

_ARTICLE: Final = re.compile(
    r"^(?:(?:de )?l['\u2019]|d['\u2019]|de la |du |des |de )", re.IGNORECASE
)


def brief_names(names: Mapping[str, str]) -> dict[str, str]:
    """Each owner's name without the words with which another's begins, too.

    « Union régionale des Scop Auvergne » beside « Union régionale des Scop de l\u2019Ouest » →
    « Auvergne », « Ouest ». A name of which nothing would be left stays whole, and so do two that
    would be the same.
    """
    brief = {owner: _brief(name, owner, names) for owner, name in names.items()}
    taken = list(brief.values())
    return {
        owner: name if taken.count(name) == 1 else names[owner] for owner, name in brief.items()
    }


def _brief(name: str, owner: str, names: Mapping[str, str]) -> str:
    words = name.split()
    others = (other.split() for each, other in names.items() if each != owner)
    shared = max((_same(words, other) for other in others), default=0)
    rest = " ".join(words[shared:]) if shared >= LEAST else ""
    return _ARTICLE.sub("", rest) or name


def _same(words: list[str], other: list[str]) -> int:
    """With how many same words both begin."""
    return len(list(takewhile(lambda pair: pair[0] == pair[1], zip(words, other, strict=False))))
