"""The topics that a person turns on and off, and the link that turns one off."""

from enum import StrEnum
from typing import Final

STOP_PATH: Final = "/notifications/api/stop"


class Topic(StrEnum):
    """What a person can turn on and off."""

    MEETINGS = "meetings"
    ADVICE = "advice"


def stop_address(public_url: str, token: str) -> str:
    """Where whoever has the token turns mails off."""
    return f"{public_url.rstrip('/')}{STOP_PATH}/{token}"
