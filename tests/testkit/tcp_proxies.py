"""TCP proxies between an instance and what it needs: they can be slow, reset or silent."""

import asyncio
import contextlib
import socket
import struct
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from intercoop_local.platform.ports import LOOPBACK, free_port

Pieces: TypeAlias = "asyncio.Queue[tuple[float, bytes]]"
"""When each is due, and its bytes; none at the end."""

_CHUNK: Final = 65_536
_RESET: Final = struct.pack("ii", 1, 0)
"""SO_LINGER with no patience: closing sends a reset."""


@dataclass(eq=False, slots=True)
class Connection:
    """Both ends of a connection; a deaf one takes everything and passes nothing on."""

    writers: list[asyncio.StreamWriter] = field(default_factory=list)
    deaf: bool = False

    def reset(self) -> None:
        for writer in self.writers:
            raw = writer.get_extra_info("socket")
            if raw is not None:
                with contextlib.suppress(OSError, ValueError):  # of what is closed already
                    raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
            writer.transport.abort()


class TcpProxies:
    """Listens on a port of its own for each target, and carries."""

    def __init__(self, targets: Iterable[int]) -> None:
        self.ports = {target: free_port() for target in targets}
        """Target port → the port to connect to instead."""
        self._servers: list[asyncio.Server] = []
        self._open: set[Connection] = set()
        self._carrying: set[asyncio.Task[None]] = set()
        self._delay_s = 0.0
        self._flowing = asyncio.Event()
        self._flowing.set()

    async def start(self) -> None:
        for target, port in self.ports.items():

            async def carry(
                reader: asyncio.StreamReader, writer: asyncio.StreamWriter, to: int = target
            ) -> None:
                carrying = asyncio.create_task(self._carry(reader, writer, to))
                self._carrying.add(carrying)
                carrying.add_done_callback(self._carrying.discard)

            self._servers.append(await asyncio.start_server(carry, LOOPBACK, port))

    async def close(self) -> None:
        for server in self._servers:
            server.close()
        self._flowing.set()
        self.reset()
        await asyncio.gather(*self._carrying, return_exceptions=True)

    def delay(self, seconds: float) -> None:
        """Let everything take this much longer, each way."""
        self._delay_s = seconds

    def reset(self) -> None:
        """Reset every connection; new ones work."""
        for connection in list(self._open):
            connection.reset()

    def swallow(self) -> None:
        """Carry nothing more on what is open, and nothing on new connections for now."""
        self._flowing.clear()
        for connection in self._open:
            connection.deaf = True

    def carry(self) -> None:
        """Let new connections work again; what was swallowed stays deaf until its ends give up."""
        self._flowing.set()

    async def _carry(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, target: int
    ) -> None:
        connection = Connection([writer])
        self._open.add(connection)
        try:
            await self._flowing.wait()
            there, to = await asyncio.open_connection(LOOPBACK, target)
            connection.writers.append(to)
            await asyncio.gather(
                self._pump(reader, to, connection), self._pump(there, writer, connection)
            )
        except OSError:
            pass
        finally:
            self._open.discard(connection)
            connection.reset()

    async def _pump(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, connection: Connection
    ) -> None:
        """Pass on in order, each piece when its time has come; its end ends the connection."""
        loop = asyncio.get_running_loop()
        pieces: Pieces = asyncio.Queue()
        delivering = asyncio.create_task(_deliver(pieces, writer, connection))
        try:
            while data := await reader.read(_CHUNK):
                pieces.put_nowait((loop.time() + self._delay_s, data))
            pieces.put_nowait((loop.time() + self._delay_s, b""))
            if not connection.deaf:
                await delivering
        finally:
            delivering.cancel()
            await asyncio.gather(delivering, return_exceptions=True)


async def _deliver(pieces: Pieces, writer: asyncio.StreamWriter, connection: Connection) -> None:
    loop = asyncio.get_running_loop()
    while True:
        due, data = await pieces.get()
        await asyncio.sleep(max(0.0, due - loop.time()))
        if connection.deaf:
            continue
        if writer.is_closing():
            raise ConnectionResetError
        if not data:
            writer.close()
            return
        writer.write(data)
        await writer.drain()
