"""Processes that a test starts: none outlives its test, or the worker that started it."""

import ctypes
import signal
import subprocess
from collections.abc import Sequence
from typing import Any

_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None)
_started: list[subprocess.Popen[bytes]] = []


def start(arguments: Sequence[str], **choices: Any) -> subprocess.Popen[bytes]:
    """Start a process that is killed at the end of the test; `choices` are those of `Popen`."""
    _started.append(subprocess.Popen(arguments, preexec_fn=end_with_starter, **choices))  # noqa: PLW1509  a system call
    return _started[-1]


def kill_all() -> None:
    """Kill what still runs, and take every process's exit code."""
    while _started:
        process = _started.pop()
        process.kill()
        process.wait()


def end_with_starter() -> None:
    """Be killed when the starter dies. Call it in a child, soon: between fork and exec at best."""
    _LIBC.prctl(_PR_SET_PDEATHSIG, int(signal.SIGKILL))
