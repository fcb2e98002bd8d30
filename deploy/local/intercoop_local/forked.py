"""Processes of instances, forked from one that has imported the chassis (a fork server).

An import of the chassis takes 50 MiB and a second or more of a core. Forked processes share these
pages until they write to them, and import only their own services.
"""

import multiprocessing
import os
import runpy
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Final

from intercoop_local.platform.left_over import end_left_over, remember
from intercoop_local.platform.processes import end_with_parent, inherited

_FORKS: Final = multiprocessing.get_context("forkserver")
_TEMPLATE: Final = "intercoop_local.template"


@dataclass(frozen=True, slots=True)
class Forked:
    """A forked process, used as a `subprocess.Popen` is."""

    process: ForkServerProcess
    pid: int

    @property
    def returncode(self) -> int | None:
        return self.process.exitcode

    def poll(self) -> int | None:
        """The exit code, negative for a signal; none while it runs."""
        return self.process.exitcode

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def wait(self, timeout: float | None = None) -> int:
        """The exit code. Raises `subprocess.TimeoutExpired` when it runs on."""
        self.process.join(timeout)
        code = self.process.exitcode
        if code is None:
            raise subprocess.TimeoutExpired(self.process.name, timeout or 0)
        return code


def load_template() -> None:
    """Start the fork server; returns when it has imported the chassis, and can fork at once."""
    _FORKS.set_forkserver_preload([_TEMPLATE])
    process = _FORKS.Process(target=_nothing, daemon=True)
    process.start()
    process.join()


def start(services: Sequence[str], log: Path, environment: Mapping[str, str]) -> Forked:
    """Serve these services in a process of their own, which ends with this one.

    Raises `PlatformError` when the folder's server runs already.
    """
    folder = log.parent
    folder.mkdir(parents=True, exist_ok=True)
    end_left_over(folder, signal.SIGTERM)
    log.touch()
    process = _FORKS.Process(
        target=_serve, args=(tuple(services), log, inherited() | dict(environment)), daemon=True
    )
    process.start()
    forked = Forked(process, process.pid or 0)
    remember(folder, forked.pid)
    return forked


def _nothing() -> None: ...


def _serve(services: Sequence[str], log: Path, environment: Mapping[str, str]) -> None:
    """In the forked process: become what `python -m intercoop_local serve` would be."""
    os.setsid()
    end_with_parent(os.getppid(), signal.SIGTERM)
    threading.Thread(target=_end_with_starter, name="starter", daemon=True).start()
    with log.open("ab") as out:
        os.dup2(out.fileno(), 1)
        os.dup2(out.fileno(), 2)
    os.environ.clear()
    os.environ.update(environment)
    sys.argv[1:] = ["serve", *services]
    runpy.run_module("intercoop_local", run_name="__main__")


def _end_with_starter() -> None:
    """Wait for the starter's end: the fork server, whose child this is, lives as long as we do."""
    starter = multiprocessing.parent_process()
    if starter:
        starter.join()
    os.kill(os.getpid(), signal.SIGTERM)
