"""The templates of advice's pages, and how reasons for asking a co-operative are said there."""

from collections.abc import Iterable
from pathlib import Path
from typing import Final

from intercoop_chassis.pages import Templates
from intercoop_chassis.pages.negotiate import Language
from intercoop_chassis.pages.words import Words
from intercoop_chassis.refusals import Sentence

_HERE: Final = Path(__file__).parent
_NBSP: Final = "\u00a0"
TEMPLATES: Final = Templates(_HERE / "templates", _HERE / "locale")


def said_in(words: Words, sentences: Iterable[Sentence]) -> tuple[str, ...]:
    """Sentences in the visitor's language, French with its blanks."""
    if words.language is Language.FR:
        return tuple(_typeset(sentence.fr) for sentence in sentences)
    return tuple(sentence.en for sentence in sentences)


def _typeset(french: str) -> str:
    """With its unbreakable blank before a colon, and its apostrophe."""
    return french.replace(" :", f"{_NBSP}:", 1).replace("'", "\N{RIGHT SINGLE QUOTATION MARK}")
