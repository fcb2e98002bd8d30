"""The templates of the pages on which staff write meetings."""

from pathlib import Path
from typing import Final

from intercoop_chassis.pages import Templates

TEMPLATES: Final = Templates(
    Path(__file__).parents[1] / "templates", Path(__file__).parents[2] / "locale"
)
LIST: Final = "/events/meetings"
