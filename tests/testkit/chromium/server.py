"""One Chromium for a whole run, which every worker reaches over a socket of this machine."""

import json
import re
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from playwright._impl._driver import compute_driver_executable

from testkit.local_network import Started

INSTALL: Final = "apt-get install chromium"
NOT_RUN: Final = (
    "NOT RUN: no page was looked at, because this machine has no Chromium. "
    f"As root: {INSTALL}, then the same command again."
)
_WITHIN_S: Final = 60.0
_ADDRESS: Final = re.compile(r"wss?://\S+")


def program() -> str | None:
    """Where the distribution's Chromium is; None where it is not installed."""
    return shutil.which("chromium")


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    """Start Chromium under Playwright's server; yields the address that clients connect to."""
    config = folder / "chromium.json"
    choices = {"executablePath": program(), "headless": True, "host": "127.0.0.1"}
    config.write_text(json.dumps(choices), encoding="utf-8")
    node, driver = compute_driver_executable()
    command = (node, driver, "launch-server", "--browser", "chromium", "--config", str(config))
    server = Started(command, {"TMPDIR": str(folder)}, folder / "chromium.log")
    try:
        yield _address(server)
    finally:
        server.process.terminate()  # it ends Chromium, and deletes its profile
        server.process.wait(_WITHIN_S)


def _address(server: Started) -> str:
    give_up = time.monotonic() + _WITHIN_S
    while not (found := _ADDRESS.search(server.said)):
        assert server.process.poll() is None, server.said
        assert time.monotonic() < give_up, server.said
        time.sleep(0.05)
    return found[0]
