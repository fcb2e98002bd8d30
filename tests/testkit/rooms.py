"""Which rooms of a service a request goes through: its modules, in the order they are entered."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

EDGES = frozenset({"api", "access", "subscribers", "handlers"})


@contextmanager
def rooms_entered(package: str) -> Iterator[list[str]]:
    """The modules of `api`, `access`, `subscribers` and `handlers`, each time one is entered.

    A module calls another one: that is entered. What it calls in itself, and what it comes back
    to after a call, is not.
    """
    entered: list[str] = []
    seen: set[FrameType] = set()  # a coroutine's frame is called again with each step

    def profile(frame: FrameType, event: str, _: object) -> None:
        if event != "call" or frame in seen or (room := _room(frame, package)) is None:
            return
        seen.add(frame)
        if room != _nearest(frame.f_back, package):
            entered.append(room)

    sys.setprofile(profile)
    try:
        yield entered
    finally:
        sys.setprofile(None)


def _nearest(frame: FrameType | None, package: str) -> str | None:
    """The room from which a frame was called."""
    while frame is not None:
        if room := _room(frame, package):
            return room
        frame = frame.f_back
    return None


def _room(frame: FrameType, package: str) -> str | None:
    module = str(frame.f_globals.get("__name__", ""))
    written = frame.f_code.co_name != "<lambda>" and frame.f_code.co_filename != "<string>"
    if not module.startswith(f"{package}.") or not written:
        return None  # a dataclass's own functions are nobody's text
    return module.removeprefix(f"{package}.") if set(module.split(".")) & EDGES else None
