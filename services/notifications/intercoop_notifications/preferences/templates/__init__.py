"""Words: the names of topics, and the page behind a stop link."""

from pathlib import Path
from typing import Final

from intercoop_contracts.directory import Language
from intercoop_notifications.preferences.domain import Topic
from intercoop_notifications.rendering import environment

FOLDER: Final = Path(__file__).parent


def stop_page(topic: Topic, language: Language, *, mail: bool, preferences: str) -> str:
    """The page behind a stop link; `mail` is whether the mails are on, `preferences` an address."""
    template = environment(FOLDER).get_template(f"{language}/stop.html.j2")
    return template.render(topic=topic, mail=mail, preferences=preferences)


def unknown_page() -> str:
    """The page behind a link that is none of ours."""
    return environment(FOLDER).get_template("unknown.html.j2").render()
