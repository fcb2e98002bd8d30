"""What sealing costs a message: written and read alone, and on the whole road beside a shared stream."""

import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import uuid4

from bench.measured_servers import Figures, MeasuredServers
from bench.pair import Pair
from bench.payload import KEPT, THINGS, body
from bench.road import travelled
from bench.roles import alone
from bench.sizes import Sizes
from intercoop_chassis.relay.messages import Message, Messages
from intercoop_chassis.wire.reading import Reader
from intercoop_chassis.wire.records import StateEvent
from intercoop_chassis.wire.sealing import Keyring, create_key_file
from intercoop_contracts.envelope import source_of
from testkit.brokerless_consumer import record
from testkit.ids import new_id
from testkit.poison import Raw

_OWNER = "home"
_AT_ONCE = 1_000
_TURNS = 15
"""Shared and sealed take turns, and the fastest of each counts: others disturb, none helps."""


async def sealing(servers: MeasuredServers, sizes: Sizes) -> Figures:
    """Microseconds a message, bytes a message, and the road of a private beside a shared stream."""
    with TemporaryDirectory() as folder:
        keys = Path(folder) / "sealing.keys"
        create_key_file(keys)
        figures: Figures = await alone(_per_message, keys)
        figures |= await travelled(await Pair.new(servers), sizes.events, "shared_road")
        figures |= await travelled(await Pair.kept(servers, keys), sizes.events, "sealed_road")
    return figures


async def _per_message(keys: Path) -> Figures:
    keyring = Keyring.from_file(keys)
    source = source_of("bench", _OWNER, "things")
    messages = Messages([THINGS, KEPT], owner=_OWNER, source=source, keyring=keyring)
    reader = Reader([THINGS, KEPT], "bench", keyring)
    shared, sealed = (_rows(stream.topic(_OWNER)) for stream in (THINGS, KEPT))
    written = [[messages.read(row) for row in rows] for rows in (shared, sealed)]
    records = [[_record(message) for message in some] for some in written]
    assert all(isinstance(_read(reader, some)[0], StateEvent) for some in records)
    writing = _in_turns(lambda rows: [messages.read(row) for row in rows], shared, sealed)
    reading = _in_turns(lambda some: _read(reader, some), *records)
    plain, closed = (sum(map(_size, some)) / len(some) for some in written)
    return {
        "write_shared_us": writing[0],
        "write_sealed_us": writing[1],
        "read_shared_us": reading[0],
        "read_sealed_us": reading[1],
        "shared_bytes": plain,
        "sealed_bytes": closed,
    }


def _rows(topic: str) -> list[dict[str, object]]:
    """Rows of `published`, as the relay claims them."""
    return [
        {
            "topic": topic,
            "subject": str(new_id(_OWNER)),
            "version": 1,
            "event_id": uuid4(),
            "event_type": "thing-made",
            "occurred_at": datetime.now(UTC),
            "correlation_id": None,
            "causation_id": None,
            "traceparent": None,
            "value": body(number),
        }
        for number in range(_AT_ONCE)
    ]


def _record(message: Message) -> object:
    return record(Raw(message.topic, message.key, message.value, message.headers))


def _read(reader: Reader, records: Sequence[object]) -> list[object]:
    admitted = reader.admit(records).admitted
    return [reader.decode(each, envelope) for envelope, each in admitted]


def _size(message: Message) -> int:
    """Of value and headers, as they travel."""
    return len(message.value) + sum(len(name) + len(text) for name, text in message.headers)


def _in_turns(work: Callable[[list[object]], object], *each: list[object]) -> list[float]:
    """Microseconds of CPU an item of each list takes, the least of some turns."""
    fastest = [float("inf")] * len(each)
    for _ in range(_TURNS):
        for number, items in enumerate(each):
            began = time.thread_time()
            work(items)
            fastest[number] = min(fastest[number], (time.thread_time() - began) / len(items))
    return [seconds * 1e6 for seconds in fastest]
