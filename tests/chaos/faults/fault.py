"""What a fault is."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from random import Random

from chaos.testbed import Testbed

Strike = Callable[[Testbed, Random], Awaitable[str]]


@dataclass(frozen=True, slots=True)
class Fault:
    """`strike` does it, heals it, and says what was done; `seconds` is how long it takes about."""

    name: str
    seconds: float
    strike: Strike
    nodes: int = 1
    """How many nodes of the broker it takes."""
    as_root: bool = False
    """Whether only root can do it."""
