"""A small HTTP client that reads, and says how long each answer took."""

import asyncio
import time
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Reads:
    """Addresses that are asked in turns on this machine."""

    port: int
    addresses: tuple[str, ...]
    token: str

    def request(self, number: int) -> bytes:
        address = self.addresses[number % len(self.addresses)]
        return (
            f"GET {address} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\n"
            f"Authorization: Bearer {self.token}\r\n\r\n"
        ).encode()


async def read(reads: Reads, callers: int, seconds: float) -> list[float]:
    """The seconds of each answer after a warm-up of half as long.

    Each caller asks again as soon as it has its answer. Raises for any answer but 200.
    """
    warm = time.perf_counter() + seconds / 2
    over = warm + seconds
    took = await asyncio.gather(*(_one(reads, caller, warm, over) for caller in range(callers)))
    return [each for caller in took for each in caller]


async def _one(reads: Reads, caller: int, warm: float, over: float) -> list[float]:
    reader, writer = await asyncio.open_connection("127.0.0.1", reads.port)
    number, took = caller * 7, []
    while (began := time.perf_counter()) < over or not took:
        writer.write(reads.request(number))
        head = await reader.readuntil(b"\r\n\r\n")
        length = next(
            int(line.partition(b":")[2])
            for line in head.lower().split(b"\r\n")
            if line.startswith(b"content-length:")
        )
        body = await reader.readexactly(length)
        if not head.startswith(b"HTTP/1.1 200"):
            raise RuntimeError(f"{reads.request(number)!r}: {head.decode()}{body.decode()}")
        if began >= warm:
            took.append(time.perf_counter() - began)
        number += 1
    writer.close()
    return took
