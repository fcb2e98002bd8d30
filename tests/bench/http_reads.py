"""A small HTTP client that reads, and says how long each answer took."""

import asyncio
import random
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from bench.cpu import Meter
from bench.measured_servers import Figures

_GIVEN = ("200", "304")


@dataclass(frozen=True, slots=True)
class Reads:
    """Addresses that are asked in turns on this machine, with these headers (`Name: value`).

    With `again` the ETag of the answer before comes along, as a browser sends it. Whoever asks
    pauses for `pause_s` seconds on average between two answers, and before the first.
    """

    port: int
    addresses: tuple[str, ...]
    headers: tuple[str, ...]
    again: bool = False
    pause_s: float = 0.0

    def request(self, number: int, etag: str | None = None) -> bytes:
        address = self.addresses[number % len(self.addresses)]
        more = (f"If-None-Match: {etag}",) if etag else ()
        lines = (f"GET {address} HTTP/1.1", f"Host: 127.0.0.1:{self.port}", *self.headers, *more)
        return "\r\n".join([*lines, "", ""]).encode()


class Answers(NamedTuple):
    """The seconds of each answer after the warm-up, and how many there were with it."""

    took: list[float]
    answered: int


@dataclass(slots=True)
class _Caller:
    """One that asks again once it has its answer and has read it; `etags` by address."""

    reads: Reads
    number: int
    took: list[float] = field(default_factory=list)
    answered: int = 0
    etags: dict[str, str] = field(default_factory=dict)
    chance: random.Random = field(init=False)

    def __post_init__(self) -> None:
        self.chance = random.Random(self.number)

    async def ask(self, warm: float, over: float) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.reads.port)
        while time.perf_counter() < over or not self.took:
            await self._pause()
            began = time.perf_counter()
            address = self.reads.addresses[self.number % len(self.reads.addresses)]
            writer.write(self.reads.request(self.number, self.etags.get(address)))
            headers = await self._answer(reader)
            if self.reads.again and "etag" in headers:
                self.etags[address] = headers["etag"]
            if began >= warm:
                self.took.append(time.perf_counter() - began)
            self.number += 1
            self.answered += 1
        writer.close()

    async def _pause(self) -> None:
        """From half as long as on average to half as long again, drawn by the caller's number."""
        if self.reads.pause_s:
            await asyncio.sleep(self.reads.pause_s * self.chance.uniform(0.5, 1.5))

    async def _answer(self, reader: asyncio.StreamReader) -> dict[str, str]:
        """The headers of an answer. Raises for any but 200, and 304 where that may be."""
        status, *lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        pairs = (line.partition(":") for line in lines)
        headers = {name.lower(): value.strip() for name, _, value in pairs}
        body = await reader.readexactly(int(headers.get("content-length", 0)))
        if status.split(" ")[1] not in _GIVEN:
            raise RuntimeError(f"{self.reads.request(self.number)!r}: {status} {body!r}")
        return headers


async def read(reads: Reads, callers: int, seconds: float) -> Answers:
    """What was answered in so many seconds, after a warm-up of half as long."""
    warm = time.perf_counter() + seconds / 2
    asking = [_Caller(reads, number * 7) for number in range(callers)]
    await asyncio.gather(*(one.ask(warm, warm + seconds) for one in asking))
    took = [each for one in asking for each in one.took]
    return Answers(took, sum(one.answered for one in asking))


async def read_each(
    reads: Mapping[str, Reads], callers: int, seconds: float, pids: Mapping[str, int]
) -> dict[str, tuple[list[float], Figures]]:
    """Of each of these, one after the other: how long answers took, and the CPU of one answer."""
    seen = {}
    for what, each in reads.items():
        meter = Meter(pids)
        took, answered = await read(each, callers, seconds)
        seen[what] = took, meter.per_event(what, answered)
    return seen
