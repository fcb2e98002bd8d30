"""Words: what a notice says in its reader's language, in the application, in a mail, on a page."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from intercoop_contracts.directory import Language
from intercoop_notifications.notices.domain.notice import Facts, Kind, Topic
from intercoop_notifications.notices.templates import dates
from intercoop_notifications.texts import one_line

LONGEST_TITLE: Final = 200


@dataclass(frozen=True, slots=True)
class Wording:
    """A notice in words: a line, some lines, and the line that says why it came."""

    title: str
    text: str
    why: str


@dataclass(frozen=True, slots=True)
class Letter:
    """The two parts of a mail."""

    text: str
    html: str


def worded(kind: Kind, facts: Facts, language: Language) -> Wording:
    """A notice in words of this language."""
    said = (
        _environment()
        .get_template(f"{language}/{kind}.j2")
        .make_module({"facts": facts, "when": lambda schedule: dates.span(schedule, language)})
    )
    title, text, why = (str(getattr(said, name)) for name in ("title", "text", "why"))
    return Wording(one_line(title, LONGEST_TITLE), _lines(text), one_line(why))


def letter(wording: Wording, topic: Topic, stop: str, language: Language) -> Letter:
    """A notice as a mail; `stop` is the address that turns such mails off."""
    known = {"said": wording, "lines": wording.text.splitlines(), "topic": topic, "stop": stop}
    return Letter(
        _render(f"{language}/mail.txt.j2", **known), _render(f"{language}/mail.html.j2", **known)
    )


def stop_page(topic: Topic, language: Language, *, mail: bool, preferences: str) -> str:
    """The page behind a stop link; `mail` is whether the mails are on, `preferences` an address."""
    return _render(f"{language}/stop.html.j2", topic=topic, mail=mail, preferences=preferences)


def unknown_page() -> str:
    """The page behind a link that is none of ours."""
    return _render("unknown.html.j2")


def _render(name: str, **known: object) -> str:
    return _environment().get_template(name).render(**known)


def _lines(text: str) -> str:
    """Each line trimmed, and no empty ones."""
    lines = (one_line(line, 1000) for line in text.splitlines())
    return "\n".join(line for line in lines if line)


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=select_autoescape(enabled_extensions=("html.j2",), default=False),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
