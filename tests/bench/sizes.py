"""How much is measured."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sizes:
    """Events, messages and seconds of each part."""

    events: int = 60_000
    """Of the bare limits, relay, consumer, road and replay."""
    singles: int = 2_000
    """Messages of plain FastStream, a transaction each."""
    peer: int = 6_000
    """Rows of faststream-outbox."""
    steady_s: float = 8.0
    """Of freshness, at each rate."""
    asked_s: float = 6.0
    """Of commands, below HTTP and over HTTP."""
    rates: tuple[int, ...] = (200, 1000, 2000)
    """Commits a second of freshness."""
    decisions: int = 2_000
    """About seats, on each list."""
    cooperatives: int = 10_000
    """Of the directory, half of them one owner's at the bounds of every field."""
    history: int = 1_000_000
    """Rows through the outbox for the flat cost."""
    subjects: int = 1_000_000
    """Distinct entities among them, at most."""
    burst: int = 20_000
    """Events of each of the flat cost's points."""


TINY = Sizes(
    events=400,
    singles=20,
    peer=50,
    steady_s=0.5,
    asked_s=0.2,
    rates=(100,),
    decisions=10,
    cooperatives=60,
    history=2_000,
    subjects=1_000,
    burst=200,
)
"""Shows that everything runs; the figures mean nothing."""
