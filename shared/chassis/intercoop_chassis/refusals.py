"""Why something is refused, in French and in English, always with what would be right.

With `spelling` all of the chassis that a domain may use: values only.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence in both languages of the screens, without its full stop."""

    fr: str
    en: str


@dataclass(frozen=True, slots=True)
class Refusal:
    """A wrong value: `field` is its dotted path, as the API names it."""

    field: str
    reason: Sentence
    remedy: Sentence


@dataclass(frozen=True, slots=True)
class Refused:
    """The outcome of a decision that found something wrong: every refusal, at least one."""

    refusals: tuple[Refusal, ...]
