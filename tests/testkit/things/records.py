"""Records of things by two makers, as their relays would write them, many at once."""

from collections.abc import Iterable

from testkit.poison import PoisonTarget, Raw, good

MAKER = PoisonTarget("test", "maker", "follower", str)
OTHER = PoisonTarget("test", "other", "follower", str)


def things(numbers: Iterable[int], *, target: PoisonTarget = MAKER, version: int = 1) -> list[Raw]:
    """A thing of each number, the same subject each time."""
    return [good(target, subject=f"thing-{number:04}", version=version) for number in numbers]
