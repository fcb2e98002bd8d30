"""Words: a notice as a letter."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from intercoop_contracts.directory import Language
from intercoop_notifications.notices.templates import Wording
from intercoop_notifications.preferences import templates as preferences
from intercoop_notifications.preferences.domain import Topic
from intercoop_notifications.rendering import environment

FOLDER: Final = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Letter:
    """The two parts of a mail."""

    text: str
    html: str


def letter(
    wording: Wording, topic: Topic, stop: str, language: Language, last: str | None = None
) -> Letter:
    """A notice as a mail; `stop` is the address that turns such mails off.

    `last` is the owner because of whom no more mails leave that day.
    """
    lines = wording.text.splitlines()
    known = {"said": wording, "lines": lines, "topic": topic, "stop": stop, "last": last}
    templates = environment(FOLDER, preferences.FOLDER)
    text, html = (
        templates.get_template(f"{language}/mail.{part}.j2").render(known)
        for part in ("txt", "html")
    )
    return Letter(text, html)
