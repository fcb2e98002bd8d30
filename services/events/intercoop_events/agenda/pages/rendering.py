"""The templates of the agenda's pages, and what all of them are given."""

from pathlib import Path
from typing import Any, Final

from starlette.requests import Request

from intercoop_chassis.pages import Templates
from intercoop_events.meetings.pages.said import format_names

TEMPLATES: Final = Templates(
    Path(__file__).parents[1] / "templates", Path(__file__).parents[2] / "locale"
)


def common(request: Request, home: str, owners: dict[str, str]) -> dict[str, Any]:  # Any: values
    """Whose instance it is, what owners call themselves, and what formats are called."""
    return {
        "home": home,
        "owner_names": owners,
        "formats": format_names(TEMPLATES.words(request)),
    }
