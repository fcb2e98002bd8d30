"""The servers that all workers of a run share: its controller starts each when first asked."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from multiprocessing.connection import Client, Listener
from pathlib import Path
from threading import Thread
from typing import Final, TypeAlias

from intercoop_local.platform.errors import PlatformError

Server: TypeAlias = tuple[Path, tuple[int, ...]]
"""The folder of a server's data, and its ports."""

_WAITING: Final = 64
_STOP: Final = "stop"


class Servers:
    """Starts a server for the first worker that asks, and tells all others where it is.

    A server dies with the thread that started it (PR_SET_PDEATHSIG): this one lives as long as
    the controller, however that ends.
    """

    def __init__(self, address: Path, starts: Mapping[str, Callable[[], Server]]) -> None:
        self.address = str(address)
        self._starts = starts
        self._listener = Listener(self.address, "AF_UNIX", backlog=_WAITING)
        self._thread = Thread(target=self._serve, name="servers", daemon=True)
        self._thread.start()

    def close(self) -> None:
        with Client(self.address, "AF_UNIX") as connection:
            connection.send(_STOP)
        self._thread.join()
        self._listener.close()

    def _serve(self) -> None:
        wanted = ""
        while wanted != _STOP:
            with suppress(EOFError, OSError), self._listener.accept() as worker:
                wanted = worker.recv()
                if wanted != _STOP:
                    worker.send(self._started(wanted))

    def _started(self, name: str) -> Server | PlatformError:
        try:
            return self._starts[name]()
        except PlatformError as error:
            return error


def ask(address: str, name: str) -> Server:
    """Where the server of this name is, running. Raises `PlatformError` when it does not start."""
    with Client(address, "AF_UNIX") as controller:
        controller.send(name)
        answer: Server | PlatformError = controller.recv()
    if isinstance(answer, PlatformError):
        raise answer
    return answer
