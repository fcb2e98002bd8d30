"""Servers that a killed starter left running: recognised beyond doubt, and ended."""

import os
import signal
import time
from pathlib import Path

from intercoop_local.platform.errors import PlatformError

_BOOT = Path("/proc/sys/kernel/random/boot_id")


def remember(folder: Path, pid: int) -> None:
    """Record in `folder` which process serves from it, and that this process started it."""
    marks = (_mark(pid), _mark(os.getpid()))
    (folder / "pid").write_text("\n".join(mark or "-" for mark in marks))


def end_left_over(folder: Path, number: signal.Signals, *, within_s: float = 20.0) -> None:
    """End the server recorded in `folder`, when whoever started it is gone.

    Raises `PlatformError` when its starter lives: two servers would write the same files.
    """
    path = folder / "pid"
    if not path.exists():
        return
    server, starter = path.read_text().split("\n")
    if not _lives(server):
        return
    if _lives(starter):
        raise PlatformError(
            f"What is in {folder} is in use: process {_pid(server)}, started by process "
            f"{_pid(starter)}. Stop that one first."
        )
    _end(server, number, within_s)


def _end(server: str, number: signal.Signals, within_s: float) -> None:
    give_up = time.monotonic() + within_s
    _send(server, number)
    while _lives(server):
        if time.monotonic() > give_up:
            _send(server, signal.SIGKILL)
        time.sleep(0.05)


def _send(server: str, number: signal.Signals) -> None:
    try:
        os.kill(_pid(server), number)
    except ProcessLookupError:
        return


def _mark(pid: int) -> str | None:
    """What no other process has, not even a later one with the same number."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return None
    state, *fields = stat.rpartition(")")[2].split()
    began = fields[18]
    return None if state == "Z" else f"{pid} {began} {_BOOT.read_text().strip()}"


def _lives(mark: str) -> bool:
    return mark != "-" and _mark(_pid(mark)) == mark


def _pid(mark: str) -> int:
    return int(mark.split(maxsplit=1)[0])
