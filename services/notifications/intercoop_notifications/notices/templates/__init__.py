"""Words: what a notice says in its reader's language, in the application and in a mail."""

from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final

from intercoop_contracts.directory import Language
from intercoop_notifications.notices.domain.notice import Facts, NoticeKind
from intercoop_notifications.notices.templates import dates
from intercoop_notifications.rendering import environment
from intercoop_notifications.texts import one_line

FOLDER: Final = Path(__file__).parent
LONGEST_TITLE: Final = 200
MOST_LINES: Final = 40


@dataclass(frozen=True, slots=True)
class Wording:
    """A notice in words: a line, some lines, and the line that says why it came."""

    title: str
    text: str
    why: str


def worded(kind: NoticeKind, facts: Facts, language: Language) -> Wording:
    """A notice in words of this language."""
    template = environment(FOLDER).get_template(f"{language}/{kind}.j2")
    said = template.make_module(
        {"facts": facts, "when": lambda schedule: dates.span(schedule, language)}
    )
    title, text, why = (str(getattr(said, name)) for name in ("title", "text", "why"))
    return Wording(one_line(title, LONGEST_TITLE), _lines(text), one_line(why))


def _lines(text: str) -> str:
    """Each line trimmed, and no empty ones; forty at most."""
    lines = (one_line(line, 1000) for line in text.splitlines())
    return "\n".join(islice((line for line in lines if line), MOST_LINES))
