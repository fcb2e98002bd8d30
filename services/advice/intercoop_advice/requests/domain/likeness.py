"""What words say of a request: those that one looks for, and those by which it is like another."""

from typing import Final

from intercoop_chassis.spelling import key

_LEAST: Final = 4
_ENDING: Final = 2
"""So many last letters may differ: `locaux` is like `local`, `machines` like `machine`."""

_MOST: Final = 20
_SAY_NOTHING: Final = frozenset(
    [
        "aurait",
        "avec",
        "avez",
        "avoir",
        "avons",
        "besoin",
        "cette",
        "chercher",
        "cherchons",
        "comment",
        "conseil",
        "dans",
        "demander",
        "depuis",
        "entre",
        "faire",
        "leur",
        "leurs",
        "mais",
        "nous",
        "notre",
        "pour",
        "pouvez",
        "pouvons",
        "quel",
        "quelle",
        "quelles",
        "quels",
        "quelqu",
        "recherche",
        "recherchons",
        "sans",
        "savoir",
        "sommes",
        "sont",
        "sous",
        "trouver",
        "vers",
        "voudrions",
        "votre",
        "vous",
        "with",
        "from",
        "need",
        "seek",
        "some",
        "that",
        "this",
        "what",
    ]
)


def looked_for(text: str) -> list[str]:
    """The beginnings of words that all have to be there; of a long text the first ones."""
    return key(text).split()[:_MOST]


def telling(text: str) -> list[str]:
    """The beginnings of words by one of which a request is like another."""
    words = (word for word in key(text).split() if len(word) >= _LEAST)
    beginnings = (_beginning(word) for word in words if word not in _SAY_NOTHING)
    return list(dict.fromkeys(beginnings))[:_MOST]


def _beginning(word: str) -> str:
    return word[: max(_LEAST, len(word) - _ENDING)]
