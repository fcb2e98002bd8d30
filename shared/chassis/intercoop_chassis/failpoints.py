"""Failpoints: steps between a commit and its effect elsewhere, at which a test kills a process.

`INTERCOOP_FAILPOINT=relay.claimed` ends the process by SIGKILL when it gets there, and
`relay.claimed@3` the third time. Without it a step costs one comparison.
"""

import os
import signal
from enum import StrEnum
from typing import Final

VARIABLE: Final = "INTERCOOP_FAILPOINT"


class Step(StrEnum):
    """Where a process can be when it dies, in the order of a change's way."""

    PUBLISH_WRITTEN = "publish.written"
    """The change and its pointer are written, not committed."""
    PUBLISH_COMMITTED = "publish.committed"
    """Committed; nobody has been answered or woken."""

    RELAY_ELECTED = "relay.elected"
    """The relay leads, and has not looked at the cluster."""
    RELAY_REPUBLISHING = "relay.republishing"
    """Everything is to be published again to a new cluster: written, not committed."""
    RELAY_CLAIMED = "relay.claimed"
    """Pointers are taken, nothing is sent."""
    RELAY_SENT = "relay.sent"
    """Handed to the producer, not confirmed."""
    RELAY_CONFIRMED = "relay.confirmed"
    """The broker has everything, and the pointers to it are still there."""
    RELAY_COMMITTED = "relay.committed"
    """The pointers are gone."""

    WORKER_POLLED = "worker.polled"
    """Records are in hand, nothing is done with them."""
    WORKER_ADVANCED = "worker.advanced"
    """The replica has moved on, no subscriber has been called; not committed."""
    WORKER_AFFECTED = "worker.affected"
    """Projections and reactions have run; not committed."""
    WORKER_OFFSETS_WRITTEN = "worker.offsets-written"
    """The place in the topics is written with the effects; not committed."""
    WORKER_COMMITTED = "worker.committed"
    """A chunk and its effects are committed; others of its poll may not be."""
    WORKER_APPLIED = "worker.applied"
    """The whole poll is committed here, and not acknowledged to the broker."""
    WORKER_PARKED = "worker.parked"
    """A change that cannot be applied is set aside; not committed."""
    RETRY_APPLIED = "retry.applied"
    """A parked change has had its effects; not committed."""

    TIMER_FIRED = "timer.fired"
    """A timer has had its effects; not committed."""
    OUTGOING_CLAIMED = "outgoing.claimed"
    """What has to leave is leased, and not delivered."""
    OUTGOING_DELIVERED = "outgoing.delivered"
    """Delivered, and not noted as such: it is delivered again."""


class _Armed:
    """The step to die at, and how many times it has still to be passed."""

    def __init__(self, text: str) -> None:
        name, _, times = text.partition("@")
        self.step = Step(name)
        self.left = int(times or 1)

    def reach(self, step: Step) -> None:
        if step is not self.step:
            return
        self.left -= 1
        if self.left <= 0:
            os.kill(os.getpid(), signal.SIGKILL)


_armed = _Armed(os.environ[VARIABLE]) if os.environ.get(VARIABLE) else None


def reach(step: Step) -> None:
    """Say that the process is at this step; it dies here when the environment asks for that."""
    if _armed is not None:
        _armed.reach(step)
