"""How much a relay carries at once, and when: rate and batch size that follow the load."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RelayTuning:
    """Pointers a round, and times in seconds.

    Batch size: a round that fails may have been too large for the time there is. The next has half
    as many pointers, and after one that was done in `quick_s` twice as many, up to `round_limit`.

    Rate: a small round that took `brisk_s` rests as long, one that took twice as long four times as
    long, up to `longest_rest_s`. The price of a round is paid by the broker and by every follower,
    whatever it carries: a busy machine gets fewer, with more in each.

    Polling of the outbox: from every `busy_s` after a change to every `idle_s`, where nothing wakes
    the relay.
    """

    round_limit: int = 12_000
    brisk_s: float = 0.010
    longest_rest_s: float = 0.02
    busy_s: float = 0.005
    idle_s: float = 1.0
    cluster_look_s: float = 5.0
    watermarks_s: float = 2.0
    back_off_s: float = 0.2
    longest_back_off_s: float = 3.0
    quick_s: float = 3.0

    def next_limit(self, limit: int, took_s: float) -> int:
        """How many pointers the next round takes, where one of so many took so long."""
        return min(self.round_limit, limit * 2) if took_s < self.quick_s else limit

    def rest_s(self, took_s: float) -> float:
        """How long to rest after a small round."""
        return min(took_s * took_s / self.brisk_s, self.longest_rest_s)
