"""Server processes: started apart from the terminal, never left behind."""

import ctypes
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from intercoop_local.platform.account import Account
from intercoop_local.platform.errors import PlatformError
from intercoop_local.platform.left_over import end_left_over, remember

_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None)


class Process(Protocol):
    """A server's process, as `subprocess.Popen` has it."""

    @property
    def pid(self) -> int: ...

    @property
    def returncode(self) -> int | None: ...

    def poll(self) -> int | None: ...

    def send_signal(self, sig: int, /) -> None: ...

    def kill(self) -> None: ...

    def wait(self, timeout: float | None = None) -> int: ...


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
            env={**inherited(), **command.environment},
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


def stop(process: Process, number: signal.Signals, *, within_s: float) -> None:
    """Ask a server to end, and kill it when it does not."""
    if process.poll() is not None:
        return
    process.send_signal(number)
    try:
        process.wait(within_s)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def inherited() -> dict[str, str]:
    """What a server is given of its starter's environment."""
    kept = ("PATH", "HOME", "LANG", "TMPDIR", "TZ", "JDK_JAVA_OPTIONS")
    return {name: os.environ[name] for name in kept if name in os.environ}


def end_with_parent(parent: int, number: signal.Signals) -> None:
    """Let this process get a signal when its parent dies, or end now if it has died already."""
    _LIBC.prctl(_PR_SET_PDEATHSIG, int(number))
    if os.getppid() != parent:
        os._exit(1)


def _becoming(command: Command) -> Callable[[], None]:
    starter = os.getpid()

    def become() -> None:
        if command.account:
            command.account.assume()
        end_with_parent(starter, command.death)  # a change of account would clear it

    return become
