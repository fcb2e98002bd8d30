"""What whoever operates the cluster can do with sealed texts: move them, without any key."""

from collections.abc import Sequence
from random import Random
from typing import Final
from uuid import uuid4

from aiokafka import ConsumerRecord

from chaos.faults.intruders import COPY
from chaos.testbed import Testbed
from intercoop_contracts.catalogue import STREAMS
from intercoop_contracts.directory import PEOPLE
from intercoop_contracts.streams import Audience
from testkit.topics import Headers, read_all, write

_MOVED: Final = 60
_AHEAD: Final = (1, 1, 5, 5_000)
"""By how many versions a moved text is newer than what it takes the place of."""
_PRIVATE: Final = [stream for stream in STREAMS if stream.audience is Audience.PRIVATE]


async def move(testbed: Testbed, chance: Random) -> str:
    """Texts of private topics come again under other subjects of theirs, as newer versions."""
    owner = chance.choice(testbed.commanding)
    bootstrap, sealed = testbed.kafka.bootstrap, [one.topic(owner) for one in _PRIVATE]
    people = await _until_some(testbed, PEOPLE.topic(owner))
    texts = [one for one in await read_all(bootstrap, *sealed) if COPY not in one.headers]
    victims = chance.sample(people, min(_MOVED, len(people)))
    moved = [_moved(one, chance.choice(texts), chance) for one in victims]
    testbed.moved.update((PEOPLE.topic(owner), subject) for subject, _, _ in moved)
    await write(bootstrap, PEOPLE.topic(owner), moved)
    return f"{len(moved)} sealed texts come under other subjects of {PEOPLE.topic(owner)}"


async def _until_some(testbed: Testbed, topic: str) -> Sequence[ConsumerRecord]:
    """The newest record of each subject that its owner wrote."""
    newest: dict[bytes, ConsumerRecord] = {}
    while not newest:
        for record in await read_all(testbed.kafka.bootstrap, topic):
            if COPY not in record.headers:
                newest[record.key] = record
    return list(newest.values())


def _moved(
    victim: ConsumerRecord, text: ConsumerRecord, chance: Random
) -> tuple[str, bytes, Headers]:
    """Another record's value where the victim's next version would be, as its relay would write it."""
    headers = dict(victim.headers)
    version = int(headers["ce_sequence"]) + chance.choice(_AHEAD)
    headers |= {"ce_sequence": b"%d" % version, "ce_id": str(uuid4()).encode()}
    return victim.key.decode(), text.value, [*headers.items(), COPY]
