"""What a kind of poison is: how it is made of a good record, and what a reader owes it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from enum import StrEnum
from itertools import count
from typing import Any

from hypothesis import strategies as st

from intercoop_chassis.wire.obstacle import ObstacleKind
from intercoop_chassis.wire.sealed import seal_state
from intercoop_chassis.wire.sealing import Keyring
from intercoop_contracts.envelope import SEALED_CONTENT_TYPE, SEALED_TYPE, read_envelope
from intercoop_contracts.streams import Stream
from testkit.things.streams import SECRETS, THINGS, SecretView, ThingView
from testkit.topics import Headers, envelope

NAME = "good"
SECRET = SecretView(who=NAME).model_dump_json().encode()


class Fate(StrEnum):
    """What a reader owes a record."""

    REFUSED = "refused and counted, with its reason"
    PARKED = "kept, because its value cannot be read"
    FAILS = "kept, because applying it fails"
    READ = "applied as if what is odd about it were not there"


@dataclass(frozen=True)
class Raw:
    """A Kafka record before it is written."""

    topic: str
    key: bytes | None
    value: bytes | None = field(repr=False)
    headers: Headers = field(repr=False)

    @property
    def subject(self) -> str:
        return (self.key or b"").decode(errors="replace")

    def header(self, name: str, value: bytes | None) -> "Raw":
        """A copy with this header in place of its own."""
        return self.without(name).and_header(name, value)

    def and_header(self, name: str, value: bytes | None) -> "Raw":
        return replace(self, headers=[*self.headers, (name, value)])

    def without(self, name: str) -> "Raw":
        return replace(self, headers=[one for one in self.headers if one[0] != name])

    def valued(self, value: bytes | None) -> "Raw":
        return replace(self, value=value)

    def about(self, subject: str) -> "Raw":
        """A copy of another subject, in key and header."""
        return replace(self.header("ce_subject", subject.encode()), key=subject.encode())


@dataclass(frozen=True)
class PoisonTarget:
    """Who reads, whose topics are written to, and the reader's keys, where secrets are written."""

    network: str
    maker: str
    reader: str
    keyring: Keyring | None = None
    _numbers: Any = field(default_factory=count)

    def owner_of(self, stream: Stream[Any]) -> str:
        return self.reader if stream is SECRETS else self.maker

    def new_subject(self) -> str:
        return f"subject-{next(self._numbers)}"

    def sealed(self, raw: Raw, view: bytes) -> Raw:
        """A copy that holds this view, sealed for its place."""
        assert self.keyring
        said = read_envelope(raw.headers)._replace(type=SECRETS.event_types[0])
        return raw.valued(seal_state(raw.topic, said, view.decode(), self.keyring))


def good(
    target: PoisonTarget,
    stream: Stream[Any] = THINGS,
    *,
    subject: str | None = None,
    version: int = 1,
) -> Raw:
    """A record as the owner's relay would write it."""
    owner, subject = target.owner_of(stream), subject or target.new_subject()
    source = f"/{target.network}/{owner}/{stream.publisher}"
    said = envelope(subject, version, source=source)
    if stream is SECRETS:
        headers = said._replace(type=SEALED_TYPE).headers(SEALED_CONTENT_TYPE)
        return target.sealed(Raw(stream.topic(owner), subject.encode(), None, headers), SECRET)
    view = ThingView(name=NAME).model_dump_json().encode()
    return Raw(stream.topic(owner), subject.encode(), view, said.headers())


Draw = Callable[[st.SearchStrategy[Any]], Any]
Spoil = Callable[[Draw, Raw, PoisonTarget], Raw]


@dataclass(frozen=True)
class Kind:
    """A way to spoil a good record. `reason` labels a refusal, `obstacles` why one is kept."""

    name: str
    fate: Fate
    reason: str
    obstacles: frozenset[ObstacleKind]
    stream: Stream[Any]
    spoil: Spoil

    def records(self, target: PoisonTarget) -> st.SearchStrategy[Raw]:
        @st.composite
        def spoilt(draw: Draw) -> Raw:
            return self.spoil(draw, good(target, self.stream), target)

        return spoilt()


KINDS: dict[str, Kind] = {}


def kind(
    name: str,
    fate: Fate,
    reason: str = "",
    *,
    obstacles: Iterable[ObstacleKind] = (),
    stream: Stream[Any] = THINGS,
) -> Callable[[Spoil], Spoil]:
    """Register a way to spoil a good record."""

    def register(spoil: Spoil) -> Spoil:
        assert name not in KINDS
        KINDS[name] = Kind(name, fate, reason, frozenset(obstacles), stream, spoil)
        return spoil

    return register
