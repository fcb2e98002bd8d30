"""Ports on the loopback interface: free ones, and who holds one that is not."""

import os
import secrets
import socket
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

from intercoop_local.platform.errors import PlatformError

LOOPBACK = "127.0.0.1"
_LISTENING = "0A"
_LAST = 65_535
_TO_GIVE: Final = range(20_000, 32_000)
_given: set[int] = set()


def chosen_port(use: str, usual: int) -> int:
    """The port that INTERCOOP_<USE>_PORT names, or the usual one. Raises `PlatformError`."""
    name = f"INTERCOOP_{use.upper()}_PORT"
    said = os.environ.get(name) or str(usual)
    if not said.isascii() or not said.isdigit() or not 0 < int(said) <= _LAST:
        raise PlatformError(f"{name} is {said!r}, and has to be a number from 1 to {_LAST}.")
    return int(said)


def is_free(port: int) -> bool:
    """Whether a server may listen on this port of the loopback interface."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
    return True


def need_free(port: int, use: str, remedy: str) -> None:
    """Raise `PlatformError` naming the port, what it is for, who has it and how to go on."""
    if not is_free(port):
        raise PlatformError(
            f"Port {port}, needed for {use}, is in use by {holder(port) or 'another program'}. "
            f"Stop that program, or {remedy}."
        )


def free_port() -> int:
    """A port that nobody listens on now; never the same twice.

    The kernel gives none of these to a connection in the meantime: its own begin at 32,768.
    """
    while True:
        port = secrets.choice(_TO_GIVE)
        if port not in _given and is_free(port):
            _given.add(port)
            return port


def accepts(port: int) -> bool:
    """Whether somebody listens on this port."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((LOOPBACK, port)) == 0


def holder(port: int) -> str | None:
    """The program that listens on a port, as far as this user may see it."""
    sockets = {f"socket:[{inode}]" for inode in _listening(port)}
    for process in Path("/proc").glob("[0-9]*"):
        if sockets.intersection(_open_files(process)):
            return f"{(process / 'comm').read_text().strip()} (process {process.name})"
    return None


def _open_files(process: Path) -> Iterator[str]:
    with suppress(OSError):  # another user's, or gone meanwhile
        for descriptor in (process / "fd").iterdir():
            with suppress(FileNotFoundError):
                yield str(descriptor.readlink())


def _listening(port: int) -> Iterator[str]:
    """The inodes of listening sockets, from the kernel's tables."""
    for table in (Path("/proc/net/tcp"), Path("/proc/net/tcp6")):
        for line in table.read_text().splitlines()[1:] if table.exists() else ():
            _, local, _, state, _, _, _, _, _, inode, *_ = line.split()
            if state == _LISTENING and int(local.rpartition(":")[2], 16) == port:
                yield inode
