"""The hostile owner: a legitimate one without an instance, that writes whatever may do harm."""

from typing import Final

from intercoop_contracts.streams import parse_topic

HOSTILE: Final = "adversaire"
"""Its name comes before all others in the alphabet."""

TAKES_PART: Final = "hostile"
"""Asks for it among the faults; it does not strike, but goes on beside all others."""

MARK: Final = "Mainmise"
"""Stands in every text that it writes about what is not its own."""


def is_hostile(topic: str) -> bool:
    """Whether this topic is the hostile owner's."""
    name = parse_topic(topic)
    return name is not None and name.owner == HOSTILE
