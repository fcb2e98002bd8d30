"""The sizes of window in which pages are looked at, in CSS pixels."""

from typing import Final

DESKTOP: Final = {"width": 1280, "height": 800}
PHONE: Final = {"width": 390, "height": 844}
