"""The topics that a person turns on and off, and the link that turns one off."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

ONE_CLICK_PATH: Final = "/notifications/api/stop"
"""What mail programs post to (RFC 8058); what mails led to before there was a page."""

STOP_PATH: Final = "/notifications/stop"
"""The page with a button, for people."""

PREFERENCES_PATH: Final = "/notifications/preferences"


class Topic(StrEnum):
    """What a person can turn on and off."""

    MEETINGS = "meetings"
    ADVICE = "advice"


def stop_page(public_url: str, token: str) -> str:
    """The page where whoever has the token turns mails off."""
    return f"{public_url.rstrip('/')}{STOP_PATH}/{token}"


def one_click(public_url: str, token: str) -> str:
    """Where that person's mail program does."""
    return f"{public_url.rstrip('/')}{ONE_CLICK_PATH}/{token}"


def changed(shown: Mapping[Topic, bool], wanted: Mapping[Topic, bool]) -> dict[Topic, bool]:
    """What somebody changes who saw one thing and wants another: the rest stays as it is by then.

    So two forms of one person, or a form and a stop link, take nothing back from each other.
    """
    return {topic: mail for topic, mail in wanted.items() if shown[topic] is not mail}
