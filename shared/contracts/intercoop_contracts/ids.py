"""Ids of entities say whose they are: time, a counter that rises, and the tag of their owner."""

import re
import secrets
import time
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from hashlib import sha256
from typing import Final
from uuid import UUID

SUCCESSIONS: Final[Mapping[str, tuple[str, ...]]] = {}
"""Owner → the owners whose entities it took over, when unions merge: its ids carry their tags."""

ENDLESS: Final = "g"
"""After every id, whatever its time."""

_TAG_BITS: Final = 32
_TAG: Final = (1 << _TAG_BITS) - 1
_COUNTER_BITS: Final = 42
_COUNTER: Final = (1 << _COUNTER_BITS) - 1
_STEP: Final = 1 << 20
_LOW_BITS: Final = 62 - _TAG_BITS
_LOW: Final = (1 << _LOW_BITS) - 1
_BEFORE_TAG: Final = "[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{4}"


def owner_tag(slug: str) -> int:
    """The tag that an owner's ids carry: 32 bits of the SHA-256 of its slug.

    The slug alone: a network's name carries a year, and a new one would void every id.
    """
    return int.from_bytes(sha256(b"intercoop owner " + slug.encode()).digest()[:4])


def is_subject_of(subject: str, slug: str) -> bool:
    """Whether this text is an id as `Ids` makes them, with a tag that this owner may use.

    Its own, or one of those whose entities it took over. Written as `str` writes a UUID: another
    way of writing is another subject.
    """
    return _ids_of(slug, SUCCESSIONS.get(slug))(subject) is not None


def tags_of(slug: str) -> tuple[str, ...]:
    """The tags that an owner may use, as the last eight digits of ids."""
    return tuple(f"{owner_tag(one):08x}" for one in (slug, *SUCCESSIONS.get(slug, ())))


@lru_cache(maxsize=4096)
def _ids_of(
    slug: str, predecessors: tuple[str, ...] | None
) -> Callable[[str], re.Match[str] | None]:
    """Matches the ids of these owners, whole."""
    tags = "|".join(f"{owner_tag(each):08x}" for each in (slug, *(predecessors or ())))
    return re.compile(f"{_BEFORE_TAG}(?:{tags})").fullmatch


def beginning_at(moment_ms: int) -> str:
    """How an id of this time begins, in milliseconds since 1970: ids sort as their times do."""
    digits = f"{moment_ms & (1 << 48) - 1:012x}"
    return f"{digits[:8]}-{digits[8:]}"


def with_the_same_tag(slugs: Iterable[str]) -> list[tuple[str, str]]:
    """Pairs of different owners whose tags are the same: only one of each may be let in."""
    first: dict[int, str] = {}
    pairs = []
    for slug in slugs:
        known = first.setdefault(owner_tag(slug), slug)
        if known != slug:
            pairs.append((known, slug))
    return pairs


def _now_ms() -> int:
    return time.time_ns() // 1_000_000


class Ids:
    """Makes the ids of one owner's entities: UUIDs of version 8 (RFC 9562, §5.8).

    48 bits of milliseconds since 1970, 42 bits of a counter that begins at random in each
    millisecond and rises at random in it (RFC 9562, §6.2, method 2), 32 bits of the owner's tag:
    the last eight digits. Those that one `Ids` makes rise, whatever the clock does, so that a list
    in their order is a list in the order of their making.
    """

    def __init__(self, owner: str, *, clock_ms: Callable[[], int] = _now_ms) -> None:
        self._tag = owner_tag(owner)
        self._clock_ms = clock_ms
        self._last_ms = 0
        self._counter = 0

    def new(self) -> UUID:
        """An id that nobody has."""
        now_ms = self._clock_ms()
        if now_ms > self._last_ms:
            self._last_ms, self._counter = now_ms, secrets.randbits(_COUNTER_BITS - 1)
        else:
            self._rise()
        return self._composed()

    def _rise(self) -> None:
        self._counter += 1 + secrets.randbelow(_STEP)
        if self._counter > _COUNTER:  # the next millisecond is borrowed
            self._last_ms, self._counter = self._last_ms + 1, secrets.randbits(_COUNTER_BITS - 1)

    def _composed(self) -> UUID:
        high, low = self._counter >> _LOW_BITS, self._counter & _LOW
        bits = self._last_ms << 80 | 8 << 76 | high << 64
        return UUID(int=bits | 0b10 << 62 | low << _TAG_BITS | self._tag)
