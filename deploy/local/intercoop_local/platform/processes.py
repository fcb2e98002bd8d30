"""Server processes: started apart from the terminal, never left behind."""

import ctypes
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from intercoop_local.platform.account import Account
from intercoop_local.platform.errors import PlatformError
from intercoop_local.platform.left_over import end_left_over, remember

_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None)


@dataclass(frozen=True, slots=True)
class Command:
    """How to start a server: `death` is the signal it gets when its starter dies.

    Its folder is the log's: one server at a time serves from there.
    """

    arguments: Sequence[str]
    log: Path
    death: signal.Signals = signal.SIGTERM
    account: Account | None = None
    environment: Mapping[str, str] = field(default_factory=dict)


def start(command: Command) -> subprocess.Popen[bytes]:
    """Start a server in a session of its own, so that Ctrl-C reaches only who started it.

    Call this in the main thread: the server ends with the thread that started it.
    Raises `PlatformError` when the folder's server runs already.
    """
    folder = command.log.parent
    folder.mkdir(parents=True, exist_ok=True)
    end_left_over(folder, command.death)
    with command.log.open("ab") as log:
        process = subprocess.Popen(  # noqa: S603  arguments are this module's callers' own
            command.arguments,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            env={**_inherited(), **command.environment},
            preexec_fn=_becoming(command),  # noqa: PLW1509  only system calls
        )
    remember(folder, process.pid)
    return process


def wait_until(
    ready: Callable[[], bool], process: subprocess.Popen[bytes], *, what: str, within_s: float
) -> None:
    """Wait until a started server is ready. Raises `PlatformError` when it ends or is too late."""
    give_up = time.monotonic() + within_s
    while not ready():
        if process.poll() is not None:
            raise PlatformError(f"{what} ended while it started (code {process.returncode})")
        if time.monotonic() > give_up:
            process.kill()
            raise PlatformError(f"{what} was not ready within {within_s:.0f} seconds")
        time.sleep(0.05)


def stop(process: subprocess.Popen[bytes], number: signal.Signals, *, within_s: float) -> None:
    """Ask a server to end, and kill it when it does not."""
    if process.poll() is not None:
        return
    process.send_signal(number)
    try:
        process.wait(within_s)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _inherited() -> dict[str, str]:
    kept = ("PATH", "HOME", "LANG", "TMPDIR", "TZ")
    return {name: os.environ[name] for name in kept if name in os.environ}


def _becoming(command: Command) -> Callable[[], None]:
    starter = os.getpid()

    def become() -> None:
        if command.account:
            command.account.assume()
        _LIBC.prctl(_PR_SET_PDEATHSIG, int(command.death))  # a change of account would clear it
        if os.getppid() != starter:  # died before the line above
            os._exit(1)

    return become
