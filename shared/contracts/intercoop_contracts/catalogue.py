"""Every stream of the network, in the order in which their publishers came to be."""

from typing import Any

from intercoop_contracts.directory import ORGANISATIONS, PEOPLE
from intercoop_contracts.streams import Stream

STREAMS: tuple[Stream[Any], ...] = (ORGANISATIONS, PEOPLE)  # Any: each stream has its own view
