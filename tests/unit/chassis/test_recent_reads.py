"""What was read a moment ago is given to whoever asks the same, until somebody changes it."""

from intercoop_chassis.postgres.recent import KEPT_S, RecentReads


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


class Counted:
    """A read that gives how often it was done; while it reads, `meanwhile` happens."""

    def __init__(self, meanwhile=lambda: None) -> None:
        self.times = 0
        self.meanwhile = meanwhile

    async def __call__(self) -> int:
        self.times += 1
        self.meanwhile()
        return self.times


async def test_the_same_is_read_once_in_five_seconds():
    clock, read = Clock(), Counted()
    reads = RecentReads(clock=clock)

    first = [await reads.begun().of("key", read) for _ in range(3)]
    other = await reads.begun().of("another key", Counted())
    clock.now += KEPT_S
    again = await reads.begun().of("key", read)

    assert first == [1, 1, 1]
    assert other == 1
    assert again == 2


async def test_what_is_void_is_read_again():
    reads, read = RecentReads(clock=Clock()), Counted()

    await reads.begun().of("key", read)
    reads.void()

    assert await reads.begun().of("key", read) == 2


async def test_what_was_voided_while_it_was_read_is_not_kept():
    """A transaction that began before the change has an older snapshot, whenever it reads."""
    reads = RecentReads(clock=Clock())
    during = Counted(reads.void)
    await reads.begun().of("during", during)
    before, late = reads.begun(), Counted()
    reads.void()
    await before.of("late", late)

    assert await reads.begun().of("during", during) == 2
    assert await reads.begun().of("late", late) == 2


async def test_no_more_than_five_hundred_are_kept():
    reads = RecentReads(clock=Clock())
    first = Counted()
    await reads.begun().of("first", first)
    for number in range(500):
        await reads.begun().of(number, Counted())

    assert await reads.begun().of("first", first) == 2
