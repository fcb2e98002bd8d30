"""What publishing and following should come to, in plain dictionaries: the pipeline's reference."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from intercoop_contracts.streams import Ended, View, parse_topic
from testkit.things.streams import PARTS, THINGS, ThingView

Key = tuple[str, str]


@dataclass(frozen=True)
class PublishedVersion:
    """A version of an entity as it went to its topic; `after` is None when it cannot be read."""

    topic: str
    subject: str
    version: int
    after: View | Ended | None
    at: int

    @property
    def key(self) -> Key:
        return self.topic, self.subject


class Owners:
    """What owners have published, and what the broker has not confirmed."""

    def __init__(self) -> None:
        self.published: dict[Key, PublishedVersion] = {}
        self.erased: set[Key] = set()
        self.outbox: list[Key] = []

    def refuses(self, publications: Iterable[tuple[Key, View | Ended]]) -> bool:
        """Whether an erased entity would come to life again."""
        newest = dict(publications)
        return any(
            key in self.erased and not isinstance(after, Ended) for key, after in newest.items()
        )

    def publish(self, publications: Iterable[tuple[Key, View | Ended]], at: int) -> None:
        for key, after in sorted(dict(publications).items(), key=lambda one: one[0]):
            before = self.published.get(key)
            if before and before.after == after:
                continue
            version = before.version + 1 if before else 1
            self.published[key] = PublishedVersion(*key, version, after, at)
            if isinstance(after, Ended) and after.ended.erased:
                self.erased.add(key)
            self.outbox.append(key)

    def claim(self, limit: int) -> set[Key]:
        """The entities of the oldest pointers."""
        return set(self.outbox[:limit])

    def confirm(self, limit: int) -> None:
        del self.outbox[:limit]

    def republish(self, order: Sequence[Key]) -> None:
        """Pointers at everything, in any order."""
        assert sorted(order) == sorted(self.published)
        self.outbox += order


@dataclass
class Waiting:
    """A parked version."""

    said: PublishedVersion
    is_news: bool
    waits_for: str | None
    due: bool = False


@dataclass
class Entity:
    """What a follower knows of one entity."""

    applied: int = 0
    seen: int = 0
    state: View | Ended | None = None
    waiting: Waiting | None = None

    @property
    def newest(self) -> int:
        return max(self.applied, self.waiting.said.version if self.waiting else 0)


@dataclass
class Follower:
    """What a follower of things and parts knows, has told, and keeps for later."""

    since: dict[str, int] = field(default_factory=dict)
    entities: dict[Key, Entity] = field(default_factory=dict)
    told: dict[str, list[tuple[int, bool, str | None, str | None]]] = field(default_factory=dict)
    places: dict[str, int] = field(default_factory=dict)
    well: bool = False

    def follow(self, owners: Iterable[str], now: int) -> None:
        """Owners that stay are followed since ever; of those that go only what was seen remains."""
        wanted = set(owners)
        for owner in self.since.keys() - wanted:
            self._forget(owner)
        self.since = {owner: self.since.get(owner, now) for owner in wanted}

    def apply(self, poll: Sequence[PublishedVersion]) -> None:
        """Of each entity the newest version counts, the first to come of equal ones."""
        newest: dict[Key, PublishedVersion] = {}
        for said in poll:
            known = newest.get(said.key)
            if known is None or known.version < said.version:
                newest[said.key] = said
        for said in sorted(newest.values(), key=lambda one: _stream(one.topic) != PARTS.name):
            entity = self.entities.setdefault(said.key, Entity())
            if said.version > entity.newest:
                self._hear(entity, said)
        self._retry(due_only=True)

    def time_passes(self) -> None:
        self._retry(due_only=False)

    def _hear(self, entity: Entity, said: PublishedVersion) -> None:
        is_news = said.version > entity.seen and said.at > self.since[_owner(said.topic)]
        entity.seen = max(entity.seen, said.version)
        entity.waiting = Waiting(said, is_news, None)
        self._try(entity, entity.waiting)

    def _retry(self, *, due_only: bool) -> None:
        waiting = [(one, one.waiting) for one in self.entities.values() if one.waiting]
        for entity, kept in waiting:
            if kept.due or not due_only:
                self._try(entity, kept)

    def _try(self, entity: Entity, waiting: Waiting) -> None:
        said, waiting.due, waiting.waits_for = waiting.said, False, None
        if said.after is None:
            return
        if isinstance(said.after, ThingView):
            if said.after.needs and not self._knows_part(said.after.needs):
                waiting.waits_for = said.after.needs
                return
            if said.after.behave != "well" and not self.well:
                return
        before, entity.state = entity.state, said.after
        entity.applied, entity.waiting = said.version, None
        if _stream(said.topic) == THINGS.name:
            told = (said.version, waiting.is_news, name_of(before), name_of(said.after))
            self.told.setdefault(said.subject, []).append(told)
        self._wake(said)

    def _wake(self, said: PublishedVersion) -> None:
        for one in self.entities.values():
            if _stream(said.topic) == PARTS.name and one.waiting:
                one.waiting.due |= one.waiting.waits_for == said.subject

    def _knows_part(self, subject: str) -> bool:
        return any(
            entity.applied > 0
            for (topic, known), entity in self.entities.items()
            if known == subject and _stream(topic) == PARTS.name
        )

    def _forget(self, owner: str) -> None:
        for (topic, _), entity in self.entities.items():
            if _owner(topic) == owner:
                entity.applied, entity.state, entity.waiting = 0, None, None
                self.places.pop(topic, None)


def name_of(state: View | Ended | None) -> str | None:
    return state.name if isinstance(state, ThingView) else None


def _owner(topic: str) -> str:
    name = parse_topic(topic)
    return name.owner if name else ""


def _stream(topic: str) -> str:
    name = parse_topic(topic)
    return name.name if name else ""
