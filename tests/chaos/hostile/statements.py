"""What the hostile owner says, in the envelope that a relay of its would write."""

import json
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Final, NamedTuple

from uuid_utils.compat import uuid7

from chaos.hostile import HOSTILE
from intercoop_contracts.catalogue import AnyStream
from intercoop_contracts.envelope import IMPLAUSIBLE_JUMP, Envelope, source_of
from intercoop_local.story.caller import Json

ENDED: Final[Json] = {"ended": {"reason": "withdrawn"}}
"""The last state of whatever it is said of."""

_STEPS: Final = (1, 1_000, 700_000, 2 * IMPLAUSIBLE_JUMP)
"""By how much a version rises: the third has readers look closely, the last is refused."""
_OFTEN: Final = (90, 6, 3, 1)
_AHEAD: Final = (timedelta(0), timedelta(hours=1), timedelta(days=3650))


class Statement(NamedTuple):
    """A state of an entity, which need not be the hostile owner's."""

    stream: AnyStream
    subject: str
    value: Json


class Record(NamedTuple):
    """A message as it goes to the broker."""

    topic: str
    key: bytes
    value: bytes
    headers: list[tuple[str, bytes]]

    @property
    def size(self) -> int:
        """The bytes that count towards a quota."""
        headers = sum(len(name) + len(value) for name, value in self.headers)
        return len(self.key) + len(self.value) + headers


class Voice:
    """Gives statements their envelopes: versions rise and jump, and the clock is often ahead.

    An honest one counts by one, and its clock is right.
    """

    def __init__(self, network: str, chance: Random, *, is_honest: bool = False) -> None:
        self._network = network
        self._steps, self._often = ((1,), (1,)) if is_honest else (_STEPS, _OFTEN)
        self._ahead = (timedelta(0),) if is_honest else _AHEAD
        self._chance = chance
        self._versions: defaultdict[tuple[str, str], int] = defaultdict(int)

    def record(self, statement: Statement) -> Record:
        stream, subject, value = statement
        topic = stream.topic(HOSTILE)
        envelope = Envelope(
            id=str(uuid7()),
            source=source_of(self._network, HOSTILE, stream.publisher),
            type=self._chance.choice(stream.event_types),
            time=datetime.now(UTC) + self._chance.choice(self._ahead),
            subject=subject,
            sequence=self._next_version(topic, subject),
            dataschema=stream.schema_id,
        )
        text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
        return Record(topic, subject.encode(), text.encode(), envelope.headers())

    def _next_version(self, topic: str, subject: str) -> int:
        (step,) = self._chance.choices(self._steps, self._often)
        version = self._versions[topic, subject] + step
        if step <= IMPLAUSIBLE_JUMP:
            self._versions[topic, subject] = version
        return version
