"""A transaction: queries, and the state events that are committed with them."""

from collections.abc import Awaitable, Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from intercoop_chassis.clock import Clock, system_clock
from intercoop_chassis.errors import ForeignIdError
from intercoop_chassis.postgres.bounded import MAY_BE_IDLE, TAKE_YOUR_TIME
from intercoop_chassis.postgres.connections import PooledConnection, Row
from intercoop_chassis.postgres.recent import ReadsOfMoment
from intercoop_chassis.postgres.writing import write
from intercoop_chassis.publishing.publications import Publications, written
from intercoop_chassis.publishing.telling import EVERYBODY, Addressee, AnyTold, Told
from intercoop_chassis.settings import Settings
from intercoop_contracts.ids import Ids
from intercoop_contracts.streams import Ended, Stream, V

Hear = Callable[[AnyTold, "Transaction"], Awaitable[None]]
S = TypeVar("S", bound=Settings)
T = TypeVar("T")


class NobodyHearsError(TypeError):
    """An owner tells itself something to which its service has no reaction."""


@dataclass(frozen=True, slots=True)
class AtHome:
    """Whose instance this is, who reacts in it to what `owner` tells itself, and by which clock.

    `reactions` are those of one service (`Subscribers.home`), by the stream's id; `settings` are
    the service's, for reactions and timers, which are given nothing but a transaction. `ids` makes
    those of the owner's entities.
    """

    owner: str
    reactions: Mapping[str, Hear] = field(default_factory=dict)
    clock: Clock = system_clock
    settings: Settings | None = None
    ids: Ids = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "ids", Ids(self.owner))


class Transaction:
    """Queries inside one PostgreSQL transaction; whoever opened it commits it.

    What `publish` is given is written to `published` and `outbox` in one statement just before
    the commit, so a state event exists if and only if the change it tells of does.
    """

    def __init__(
        self, connection: PooledConnection, home: AtHome, recent: ReadsOfMoment | None = None
    ) -> None:
        """`recent` is there where nothing but reads is done."""
        self._connection = connection
        self._recent = recent
        self._home = home
        self._publications = Publications()
        self._signals: set[str] = set()
        self._outdates_reads = False
        self._now: datetime | None = None
        self.owner = home.owner

    @property
    def now(self) -> datetime:
        """The one time at which this transaction's state events occur, fixed when first asked for.

        By the clock of whoever opened the transaction. Ask after the row is locked: of two changes
        to an entity the later one has the later time.
        """
        if self._now is None:
            self._now = self._home.clock()
        return self._now

    def new_id(self) -> UUID:
        """An id for a new entity of this owner; those of one process rise."""
        return self._home.ids.new()

    def settings_as(self, kind: type[S]) -> S:
        """The settings of whoever opened the transaction, as the service's own class of them."""
        settings = self._home.settings
        if not isinstance(settings, kind):
            raise TypeError(f"The settings are {type(settings).__name__}, no {kind.__name__}")
        return settings

    # Any: a driver takes and gives whatever the columns hold.
    async def execute(self, sql: str, *arguments: Any) -> str:  # noqa: ANN401
        """Run a statement; returns PostgreSQL's command tag, e.g. `UPDATE 1`."""
        return await self._connection.execute(sql, *arguments)

    async def execute_many(self, sql: str, rows: Iterable[Sequence[Any]]) -> None:
        """Run a statement once for each row of arguments, in one round trip."""
        await self._connection.executemany(sql, rows)

    async def fetch(self, sql: str, *arguments: Any) -> list[Row]:  # noqa: ANN401
        return await self._connection.fetch(sql, *arguments)

    async def fetchrow(self, sql: str, *arguments: Any) -> Row | None:  # noqa: ANN401
        return await self._connection.fetchrow(sql, *arguments)

    async def fetchval(self, sql: str, *arguments: Any) -> Any:  # noqa: ANN401
        return await self._connection.fetchval(sql, *arguments)

    async def take_your_time(self) -> None:
        """Let this transaction last for up to a quarter of an hour from now."""
        await self._connection.execute(f"{TAKE_YOUR_TIME}; {MAY_BE_IDLE}")

    async def copy(self, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
        """Load rows with COPY."""
        await self._connection.copy_records_to_table(table, columns=list(columns), records=rows)

    def publish(
        self, stream: Stream[V], subject: UUID | str, view: V | Ended, *, event_type: str
    ) -> None:
        """Say what an entity of this owner is now, to everyone who follows it.

        Lock the entity's row, or check its version, before you compose the view. A view equal to
        the newest published one is no change. Of several in one transaction the last counts.

        Raises `PayloadTooLargeError`, `InvalidViewError` and `ForeignIdError` at once,
        `ErasedEntityError` at the commit.
        """
        if stream.id in self._home.reactions:
            raise TypeError(f"This service reacts to {stream.id} itself: tell it, to EVERYBODY")
        self._expect_own_ids(stream, str(subject), view)
        self._publications.add(stream.topic(self.owner), str(subject), view, event_type)

    async def tell(
        self,
        stream: Stream[V],
        subject: UUID | str,
        view: V | Ended,
        *,
        to: Addressee,
        event_type: str,
    ) -> None:
        """Say what an entity of this owner is now, to one owner or to `EVERYBODY`.

        To another owner it is published. To this very owner nothing leaves: the service's reaction
        (`Subscribers.told`) is called here and now, in this transaction. To everybody: both.

        Save the entity, and publish your own views of it, before: the reaction may change them, so
        read them again after. Several tells go in the order of their subjects, because each may
        lock. Raises what `publish` does and what the reaction does, `NotYetError` among them, and
        `NobodyHearsError` where an owner tells itself something and nobody reacts.
        """
        self._expect_own_ids(stream, str(subject), view)
        topic = stream.topic(self.owner)
        if to == self.owner:
            written(topic, str(subject), view)
        else:
            self._publications.add(topic, str(subject), view, event_type)
        if to in {self.owner, EVERYBODY}:
            hear = self._home.reactions.get(stream.id)
            if hear is None:
                raise NobodyHearsError(f"Nobody here reacts to {stream.id}: see Subscribers.told")
            await hear(Told(self.owner, str(subject), view, self.now), self)

    def _expect_own_ids(self, stream: Stream[V], subject: str, view: V | Ended) -> None:
        """No follower applies a view with an id that is not whose the stream says."""
        foreign = stream.foreign_id(self.owner, subject, view)
        if foreign is not None:
            raise ForeignIdError(
                f"{stream.id} {subject} of {self.owner}: {foreign} is not the id of an entity of "
                "the owner that the stream names; ids of new entities come from tx.new_id()"
            )

    def signal(self, name: str) -> None:
        """Call this process's `Database.on_signal` listeners after the commit.

        A hint that saves waiting, never the mechanism: other processes hear nothing.
        """
        self._signals.add(name)

    async def recent(self, key: Hashable, read: Callable[[], Awaitable[T]]) -> T:
        """What `read` gives, or gave to whoever asked by the same key in the last five seconds.

        For what is asked often and costs much. `read` has no effect but its result, which nobody
        changes. A transaction that may write reads for itself alone.
        """
        return await (self._recent.of(key, read) if self._recent else read())

    def outdate_reads(self) -> None:
        """After the commit, what was kept of recent reads counts no more in this process."""
        self._outdates_reads = True

    @property
    def outdates_reads(self) -> bool:
        return self._outdates_reads

    @property
    def signals(self) -> frozenset[str]:
        return frozenset(self._signals)

    async def flush(self) -> int:
        """Write what was published so far; returns how many entities really changed."""
        return await write(self._connection, self._publications.take(), self.now)
