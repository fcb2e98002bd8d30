"""Whole processes, as a user or an operator starts them."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

PROGRAMS = Path(sys.executable).parent


class Started:
    """A process under test, with what it says."""

    def __init__(self, arguments, environment, log):
        self._log = log
        with log.open("wb") as out:
            self.process = subprocess.Popen(
                arguments,
                stdout=out,
                stderr=subprocess.STDOUT,
                env={"PATH": os.environ["PATH"], **environment},
            )

    @property
    def said(self):
        return self._log.read_text(errors="replace")

    def says(self, text, *, within_s=90):
        """Wait until the process has said this."""
        give_up = time.monotonic() + within_s
        while text not in self.said:
            assert self.process.poll() is None, self.said[-3000:]
            assert time.monotonic() < give_up, self.said[-3000:]
            time.sleep(0.05)

    def interrupt(self, *, within_s=60):
        """Ctrl-C; returns the exit code."""
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(within_s)


@pytest.fixture
def start(tmp_path):
    """Start a command with this environment; it is killed at the end of the test."""
    started = []

    def run(command, *arguments, **environment):
        log = tmp_path / f"log-{len(started)}"
        one = Started([str(PROGRAMS / command), *arguments], environment, log)
        started.append(one)
        return one

    yield run
    for one in started:
        one.process.kill()
        one.process.wait()
