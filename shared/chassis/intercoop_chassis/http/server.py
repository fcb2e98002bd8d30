"""Serves the application over HTTP until told to stop, then lets requests under way end."""

import asyncio
import errno
import socket
from collections.abc import Generator
from contextlib import contextmanager
from typing import Final

import structlog
import uvicorn
from starlette.types import ASGIApp

from intercoop_chassis.http.request_limits import BoundedProtocol

DRAIN_S: Final = 15
KEEP_ALIVE_S: Final = 75  # longer than proxies keep theirs, so that it is they who close
_BACKLOG: Final = 2048

log = structlog.get_logger()


class ListenError(Exception):
    """The address cannot be listened on; the text says why and what to do."""


class _Server(uvicorn.Server):
    @contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        """Leave the signals to the runner."""
        yield


async def serve_http(app: ASGIApp, host: str, port: int, stop: asyncio.Event) -> None:
    """Serve until `stop` is set, then take no new connections and finish what was begun.

    Requests that last longer than 15 s after the stop are cut. Port 0 takes any free one. Raises
    `ListenError` when the port is in use or the address is not this machine's.
    """
    listener = listen(host, port)
    server = _Server(
        uvicorn.Config(
            app,
            http=BoundedProtocol,
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,
            timeout_graceful_shutdown=DRAIN_S,
            timeout_keep_alive=KEEP_ALIVE_S,
            lifespan="off",
        )
    )
    serving = asyncio.create_task(server.serve([listener]), name="http.server")
    stopping = asyncio.create_task(stop.wait(), name="http.stop")
    log.info("http_listening", host=host, port=listener.getsockname()[1])
    try:
        await asyncio.wait({serving, stopping}, return_when=asyncio.FIRST_COMPLETED)
        server.should_exit = True
        await serving
    finally:
        for task in (serving, stopping):
            task.cancel()
        await asyncio.gather(serving, stopping, return_exceptions=True)
        listener.close()


def listen(host: str, port: int) -> socket.socket:
    """A listening socket. Raises `ListenError`."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        family, kind, protocol, _, address = found[0]
        listener = socket.socket(family, kind, protocol)
    except OSError as error:
        raise ListenError(f"The host {host!r} is not known: set INTERCOOP_HTTP_HOST") from error
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(_BACKLOG)
        listener.settimeout(0)
    except OSError as error:
        listener.close()
        raise ListenError(_sentence(error, host, port)) from error
    return listener


def _sentence(error: OSError, host: str, port: int) -> str:
    match error.errno:
        case errno.EADDRINUSE:
            return (
                f"Port {port} on {host} is in use: stop what listens there, or set "
                "INTERCOOP_HTTP_PORT to a free one"
            )
        case errno.EACCES:
            return f"Port {port} needs privileges: set INTERCOOP_HTTP_PORT to 1024 or more"
        case _:
            return (
                f"{host}:{port} cannot be listened on ({error.strerror}): set INTERCOOP_HTTP_HOST "
                "to an address of this machine"
            )
