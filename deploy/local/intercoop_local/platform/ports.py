"""Ports on the loopback interface: free ones, and who holds one that is not."""

import socket
from collections.abc import Collection

from intercoop_local.platform.errors import PlatformError

LOOPBACK = "127.0.0.1"


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
    """Raise `PlatformError` naming the port, what it is for and how to choose another."""
    if not is_free(port):
        raise PlatformError(
            f"Port {port}, needed for {use}, is in use by another program. "
            f"Stop that program, or {remedy}."
        )


def free_port(but: Collection[int] = ()) -> int:
    """A port that nobody listens on now, outside `but`."""
    while True:
        with socket.socket() as probe:
            probe.bind((LOOPBACK, 0))
            port = int(probe.getsockname()[1])
        if port not in but:
            return port


def accepts(port: int) -> bool:
    """Whether somebody listens on this port."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((LOOPBACK, port)) == 0
