"""Words: the names of topics, and what a mail program is answered that stops mails."""

from pathlib import Path
from typing import Final

from intercoop_contracts.directory import Language
from intercoop_notifications.preferences.domain import Topic
from intercoop_notifications.rendering import environment

FOLDER: Final = Path(__file__).parent


def stopped_page(topic: Topic, language: Language, *, preferences: str) -> str:
    """What a mail program is answered; `preferences` is the address of the page of choices."""
    template = environment(FOLDER).get_template(f"{language}/stopped.html.j2")
    return template.render(topic=topic, preferences=preferences)


def unknown_page() -> str:
    """The page behind a link that is none of ours."""
    return environment(FOLDER).get_template("unknown.html.j2").render()
