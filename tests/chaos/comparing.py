"""Whether a hostile owner at its full quota slows down what others say to each other.

It is compared with an ordinary owner that writes as much: what anybody's records cost, two cores
feel. How long changes take beside nobody is looked at too, and said.
"""

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import median, quantiles
from typing import Any, Final, Protocol, TypeAlias

Taken: TypeAlias = Mapping[str, Sequence[float]]
"""By service: in how many seconds each change was known to another owner."""

PART_S: Final = 15.0
"""How long it is looked at: beside nobody, an ordinary owner, the hostile one."""
SETTLING_S: Final = 4.0
"""Until somebody writes, and until what was written is read."""
UNHURRIED: Final = 4.0
"""So many times as slowly come the others' commands meanwhile: where the machine is full of them,
whatever else it does doubles every time, be it hostile or not."""
TWICE: Final = 2.0
NOISE_S: Final = 0.1
"""A difference of medians that a busy machine makes by itself."""


class Looking(Protocol):
    """A probe that looks at every service for a while."""

    async def look(self, seconds: float) -> Taken: ...


class Writing(Protocol):
    """An owner that writes from `begin` to `end`, hostile or ordinary."""

    async def begin(self, *, ordinary: bool = False) -> None: ...

    async def end(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Comparison:
    """How long changes of honest owners took: beside nobody, an ordinary owner, a hostile one."""

    alone: Taken
    usual: Taken
    beside: Taken

    @property
    def slowed(self) -> tuple[str, ...]:
        """What became more than twice as slow, in words."""
        return tuple(self._slowed())

    @property
    def ratio(self) -> float:
        """Of the medians, in the service that is slowed most."""
        return max((beside / usual for *_, usual, beside in self.medians), default=1.0)

    @property
    def figures(self) -> dict[str, Any]:  # Any: JSON
        """Seconds of each service, and the ratio."""
        return {
            "alone_s": {one: _figures(self.alone[one]) for one in self._services},
            "usual_s": {one: _figures(self.usual[one]) for one in self._services},
            "beside_it_s": {one: _figures(self.beside[one]) for one in self._services},
            "ratio": round(self.ratio, 2),
        }

    @property
    def medians(self) -> list[tuple[str, float, float, float]]:
        """Of each service, in seconds: beside nobody, an ordinary owner, the hostile one."""
        parts = self.alone, self.usual, self.beside
        return [(one, *(median(part[one]) for part in parts)) for one in self._services]

    @property
    def in_words(self) -> str:
        return "; ".join(
            f"{one} {beside:.2f} s, an ordinary one {usual:.2f} s, nobody {alone:.2f} s"
            for one, alone, usual, beside in self.medians
        )

    @property
    def _services(self) -> list[str]:
        parts = self.alone, self.usual, self.beside
        return [one for one in self.usual if all(part.get(one) for part in parts)]

    def _slowed(self) -> Iterator[str]:
        for one, _, usual, beside in self.medians:
            if beside > TWICE * usual + NOISE_S:
                yield f"{one}: {beside:.2f} s beside a hostile owner, {usual:.2f} s beside another"
        for one in sorted(self.usual.keys() - self._services):
            yield f"{one}: nothing was looked at"


async def compare(probe: Looking, hostile: Writing, say: Callable[[str], None]) -> Comparison:
    """Look at it beside nobody, an ordinary owner and the hostile one; once more if it seems slowed.

    The better of two counts, for a machine may be busy with something else. It goes on writing.
    """
    first = await _compared(probe, hostile)
    say(f"         beside a hostile owner {first.in_words}")
    if not first.slowed:
        return first
    await hostile.end()
    await asyncio.sleep(SETTLING_S)
    second = await _compared(probe, hostile)
    say(f"         and once more          {second.in_words}")
    return min(first, second, key=lambda one: one.ratio)


async def _compared(probe: Looking, hostile: Writing) -> Comparison:
    alone = await probe.look(PART_S)
    await hostile.begin(ordinary=True)
    await asyncio.sleep(SETTLING_S)
    usual = await probe.look(PART_S)
    await hostile.end()
    await hostile.begin()
    await asyncio.sleep(SETTLING_S)
    return Comparison(alone, usual, await probe.look(PART_S))


def _figures(taken: Sequence[float]) -> dict[str, float]:
    cuts = quantiles(taken, n=20) if len(taken) > 1 else [*taken] * 19
    return {"p50": round(cuts[9], 3), "p95": round(cuts[18], 3)}
