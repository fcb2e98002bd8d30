"""How much of what one other owner asks is shown to this instance's co-operatives."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """At most so many of one owner: what is above waits."""

    open_requests: int
    a_request: int
    open_invitations: int
    daily: int
