"""The supervisor: starts again what ended by itself, as one does in service, and counts it."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Final

from intercoop_local.serving import Serving

_LOOK_S: Final = 0.5


class Supervisor:
    """Looks after processes; those that a fault has down are left alone."""

    def __init__(self, processes: Callable[[], Sequence[Serving]]) -> None:
        self.died: list[str] = []
        """Those that ended though nobody ended them, with the last line of their log."""
        self._processes = processes
        self._left: list[Serving] = []
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        if self._task:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    @contextmanager
    def leaves(self, one: Serving) -> Iterator[None]:
        """A fault has this process down meanwhile."""
        self._left.append(one)
        try:
            yield
        finally:
            self._left.remove(one)

    def look(self) -> None:
        """Start again what ended."""
        for one in self._processes():
            if one not in self._left and not one.running:
                ended = one.process.returncode if one.process else None
                self.died.append(f"{one.name} ended with {ended}: {_last_words(one)}")
                one.start()

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(_LOOK_S)
            self.look()


def _last_words(one: Serving) -> str:
    lines = one.log.read_text(errors="replace").strip().splitlines()
    return lines[-1][-500:] if lines else "no word"
