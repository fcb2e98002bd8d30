"""The templates of the pages for who registers others."""

from pathlib import Path
from typing import Final
from uuid import UUID

from intercoop_chassis.pages import Templates

TEMPLATES: Final = Templates(
    Path(__file__).parents[1] / "templates", Path(__file__).parents[2] / "locale"
)
MEETINGS: Final = "/events/meetings"


def seat_code(registration_id: UUID) -> str:
    """The part of a registration's id by which its guest is told from the others."""
    return registration_id.hex[16:24].upper()
