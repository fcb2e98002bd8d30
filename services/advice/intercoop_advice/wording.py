"""Texts that people write: tidied, refused if empty or too long, made alike to be compared."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Final

from intercoop_chassis.refusals import Refusal, Sentence

_LIGATURES: Final = str.maketrans({"œ": "oe", "æ": "ae"})
_NOT_A_WORD: Final = re.compile(r"[^a-z0-9]+")


def tidy(text: str) -> str:
    """Composed (NFC), on one line, with one space where there were several."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def tidy_lines(text: str) -> str:
    """Composed (NFC), without blanks around it; its lines are kept."""
    return unicodedata.normalize("NFC", text).strip()


def tidy_tags(tags: Iterable[str]) -> tuple[str, ...]:
    """Each once, the empty ones left out."""
    return tuple(dict.fromkeys(tag for raw in tags if (tag := tidy(raw))))


def fold(text: str) -> str:
    """What is left when case, accents and punctuation are forgiven: `reprise d entreprise`."""
    folded = unicodedata.normalize("NFKD", text.casefold().translate(_LIGATURES))
    bare = "".join(letter for letter in folded if not unicodedata.combining(letter))
    return _NOT_A_WORD.sub(" ", bare).strip()


def fold_tags(tags: Iterable[str]) -> tuple[str, ...]:
    """Tags as they are compared, each once."""
    return tuple(dict.fromkeys(key for tag in tags if (key := fold(tag))))


def about_a_text(field: str, text: str, limit: int) -> Iterator[Refusal]:
    """A text that must be there is empty, or too long."""
    if not text:
        yield Refusal(
            field,
            Sentence("est vide", "is empty"),
            Sentence("Écrivez quelques mots", "Write a few words"),
        )
    yield from about_the_length(field, text, limit)


def about_the_length(field: str, text: str, limit: int) -> Iterator[Refusal]:
    if len(text) > limit:
        yield Refusal(
            field,
            Sentence(f"dépasse {limit} caractères", f"is longer than {limit} characters"),
            Sentence("Raccourcissez-le", "Shorten it"),
        )
