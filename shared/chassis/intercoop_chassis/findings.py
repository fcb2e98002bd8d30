"""What a look at a service finds: how bad it is, in words, with the remedy."""

from dataclasses import dataclass
from enum import IntEnum

from intercoop_chassis.refusals import Sentence


class Level(IntEnum):
    """How bad it is; the worst is the exit code of `doctor`."""

    OK = 0
    WARN = 1
    FAIL = 2


@dataclass(frozen=True, slots=True)
class Finding:
    """What was looked at, how it is, and the remedy where it is not well."""

    what: str
    level: Level
    said: Sentence
    remedy: Sentence | None = None
