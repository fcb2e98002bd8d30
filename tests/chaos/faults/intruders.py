"""What strangers write to topics: copies of old records, and records that nobody can use."""

from random import Random
from typing import Final

from chaos.testbed import Testbed
from intercoop_contracts.catalogue import STREAMS
from intercoop_contracts.directory import ORGANISATIONS
from intercoop_contracts.envelope import source_of
from intercoop_contracts.events import MEETINGS
from testkit.ids import new_id
from testkit.topics import envelope, read_all, write

COPY: Final = ("chaos-copy", b"1")
"""Marks a copy for the checker; the services do not look at it."""

_COPIED: Final = 200


async def duplicate(testbed: Testbed, chance: Random) -> str:
    """Old records come again, shuffled and more than once, as their owner wrote them."""
    owner = chance.choice(testbed.commanding)
    topic, records = "", []
    while not records:
        topic = chance.choice([one.topic(owner) for one in STREAMS])
        records = await read_all(testbed.kafka.bootstrap, topic)
    some = chance.sample(records, min(_COPIED, len(records))) * 3
    chance.shuffle(some)
    copies = [(one.key.decode(), one.value, [*one.headers, COPY]) for one in some if one.key]
    await write(testbed.kafka.bootstrap, topic, copies)
    return f"{len(copies)} old records of {topic} come again"


async def poison(testbed: Testbed, chance: Random) -> str:
    """Records that cannot be read, that nobody may write, or that claim too much."""
    owner = chance.choice(testbed.commanding)
    stream = chance.choice((ORGANISATIONS, MEETINGS))
    topic = stream.topic(owner)
    network = testbed.stack.network.name
    source = source_of(network, owner, stream.publisher)
    records = []

    def spoilt(value: bytes | None, version: int = 1, of: str = source, **change: bytes) -> None:
        subject = str(new_id(owner))
        testbed.poisoned.add((topic, subject))
        headers = dict(envelope(subject, version, source=of).headers())
        headers |= {name.replace("_", "-"): text for name, text in change.items()}
        records.append((subject, value, list(headers.items())))

    spoilt(None)
    spoilt(b"\xff\xfe")
    spoilt(b"not json")
    spoilt(b'{"ended": 3}')
    spoilt(b'{"name": 3}')
    spoilt(b"[" * 900)
    spoilt(b'{"name": "nul \\u0000"}')
    spoilt(b"{}", version=3_000_000)
    spoilt(b"{}", of=source_of(network, "somebody", stream.publisher))
    spoilt(b"{}", of=source_of("another-network", owner, stream.publisher))
    spoilt(b"{}", reply_to=b"shared.cgscop.organisations.v1")
    spoilt(b'{"name": "' + b"x" * 800_000 + b'"}')
    subject = str(new_id(owner))
    records += [
        (subject, b"{}", []),
        (subject, b"{}", [("ce_id", None), ("ce_subject", b"\xff")]),
    ]
    chance.shuffle(records)
    await write(testbed.kafka.bootstrap, topic, records)
    return f"{len(records)} spoilt records in {topic}"
