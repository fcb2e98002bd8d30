"""Texts that people write: tidied, refused if empty or too long, made alike to be compared."""

from collections.abc import Iterable, Iterator

from intercoop_chassis.refusals import Refusal, Sentence
from intercoop_chassis.spelling import key, tidy


def tidy_tags(tags: Iterable[str]) -> tuple[str, ...]:
    """Each once, the empty ones left out."""
    return tuple(dict.fromkeys(tag for raw in tags if (tag := tidy(raw))))


def fold_tags(tags: Iterable[str]) -> tuple[str, ...]:
    """Tags as they are compared, each once."""
    return tuple(dict.fromkeys(alike for tag in tags if (alike := key(tag))))


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
