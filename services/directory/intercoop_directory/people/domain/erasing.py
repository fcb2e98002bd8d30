"""Why somebody is erased."""

from enum import StrEnum


class ErasureReason(StrEnum):
    """What is kept beside the id of whoever was erased; it names nobody."""

    ASKED = "asked"
    LEFT = "left"
    MISTAKE = "mistake"
