"""What the hostile owner hears: everything that is shared, as every owner may read it."""

import asyncio
import contextlib
import json
from collections import defaultdict, deque
from random import Random
from typing import Final, NamedTuple

from aiokafka import AIOKafkaConsumer
from aiokafka.errors import KafkaError
from pydantic import ValidationError

from chaos.hostile import HOSTILE
from intercoop_contracts.advice import ADVICE_REQUESTS
from intercoop_contracts.catalogue import STREAMS, AnyStream
from intercoop_contracts.streams import Audience, parse_topic
from intercoop_local.story.caller import Json

SHARED: Final = tuple(stream for stream in STREAMS if stream.audience is Audience.SHARED)
OF_OTHERS: Final = rf"^shared[.](?!{HOSTILE}[.]).*"

_STREAMS: Final = {stream.id: stream for stream in SHARED}
_KEPT: Final = 300
"""Of each owner's stream the first and the last so many: to insist on some, and to be quick."""
_LOOK_MS: Final = 200
_PAUSE_S: Final = 0.5


class Heard(NamedTuple):
    """A living entity of another owner, as that one said it last."""

    owner: str
    subject: str
    view: Json


class Overheard:
    """What is known of others' entities, some of each owner's stream."""

    def __init__(self) -> None:
        self._by_stream: defaultdict[str, dict[str, Heard]] = defaultdict(dict)
        self._late: defaultdict[str, deque[str]] = defaultdict(deque)

    def note(self, topic: str, subject: str, text: bytes) -> None:
        """Keep what was said, if it is a view; the first stay, of later ones the latest."""
        name = parse_topic(topic)
        stream = _STREAMS.get(name.stream_id) if name else None
        if name is None or stream is None or not _is_view(stream, text):
            return
        known = self._by_stream[name.name]
        if subject not in known and len(known) >= _KEPT:
            late = self._late[name.name]
            late.append(subject)
            if len(late) > _KEPT:
                known.pop(late.popleft(), None)
        known[subject] = Heard(name.owner, subject, json.loads(text))

    def any(self, stream: AnyStream, chance: Random) -> Heard | None:
        """One of these; None as long as there is none."""
        known = self._by_stream[stream.name]
        return chance.choice(list(known.values())) if known else None

    def first(self, stream: AnyStream) -> Heard | None:
        """The one that has been known for longest, to insist on."""
        return next(iter(self._by_stream[stream.name].values()), None)

    def some(self, stream: AnyStream, count: int, chance: Random) -> list[Heard]:
        """As many as wanted, or all."""
        known = list(self._by_stream[stream.name].values())
        return chance.sample(known, min(count, len(known)))

    def invitation(self, chance: Random) -> tuple[Heard, Json] | None:
        """An open request of somebody's, and one of its invitations."""
        for heard in self.some(ADVICE_REQUESTS, 5, chance):
            if heard.view.get("invitations"):
                return heard, chance.choice(heard.view["invitations"])
        return None


async def overhear(bootstrap: str, heard: Overheard) -> None:
    """Read what is shared, from the beginning and on, until cancelled; anew after an outage."""
    while True:
        consumer = AIOKafkaConsumer(
            bootstrap_servers=bootstrap, auto_offset_reset="earliest", metadata_max_age_ms=2_000
        )
        with contextlib.suppress(KafkaError, OSError):
            try:
                await consumer.start()
                consumer.subscribe(pattern=OF_OTHERS)
                await _listen(consumer, heard)
            finally:
                await consumer.stop()
        await asyncio.sleep(_PAUSE_S)


async def _listen(consumer: AIOKafkaConsumer, heard: Overheard) -> None:
    while True:
        polled = await consumer.getmany(timeout_ms=_LOOK_MS, max_records=200)
        for record in (record for batch in polled.values() for record in batch):
            if record.key and record.value:
                heard.note(record.topic, record.key.decode(errors="replace"), record.value)


def _is_view(stream: AnyStream, text: bytes) -> bool:
    """Whether it is neither an end nor what strangers have spoilt."""
    try:
        stream.view.model_validate_json(text)
    except ValidationError:
        return False
    return True
