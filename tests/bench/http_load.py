"""A small HTTP client for load: it takes far less of the machine than what it asks."""

import asyncio
import time
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Target:
    """What is asked again and again on this machine."""

    port: int
    path: str
    token: str
    body: str

    @property
    def request(self) -> bytes:
        body = self.body.encode()
        head = (
            f"POST {self.path} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\n"
            f"Authorization: Bearer {self.token}\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        )
        return head.encode() + body


async def ask(
    target: Target, connections: int, warm_up_s: float, seconds: float
) -> tuple[int, float]:
    """How many requests were answered with 201, and how many a second after the warm-up.

    Each connection asks again as soon as it has its answer. Raises on any other answer.
    """
    warm = time.perf_counter() + warm_up_s
    over = warm + seconds
    totals = await asyncio.gather(*(_one(target, warm, over) for _ in range(connections)))
    took = time.perf_counter() - warm
    return sum(total for total, _ in totals), sum(counted for _, counted in totals) / took


async def _one(target: Target, warm: float, over: float) -> tuple[int, int]:
    reader, writer = await asyncio.open_connection("127.0.0.1", target.port)
    request = target.request
    total = counted = 0
    while (now := time.perf_counter()) < over:
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        length = next(
            int(line.partition(b":")[2])
            for line in head.lower().split(b"\r\n")
            if line.startswith(b"content-length:")
        )
        body = await reader.readexactly(length)
        if not head.startswith(b"HTTP/1.1 201"):
            raise RuntimeError(f"{head.decode()}{body.decode()}")
        total += 1
        counted += now >= warm
    writer.close()
    return total, counted
