"""The hostile owner as the conductor has it: a process that begins, ends, and says what it wrote."""

import asyncio
import json
import os
import sys
from collections import Counter
from pathlib import Path
from typing import Final

from chaos.ledgers import Ledger
from chaos.testbed import Testbed

_TESTS: Final = Path(__file__).parents[2]
_END_S: Final = 30.0


class HostileOwner:
    """Begins and ends as often as it is told to; `written` is what all that came to."""

    def __init__(self, testbed: Testbed, seed: str) -> None:
        self.seconds = 0.0
        self.bytes = 0
        self.records: Counter[str] = Counter()
        cluster = ("--bootstrap", testbed.kafka.bootstrap, "--network", testbed.stack.network.name)
        self._arguments = (*cluster, "--seed", seed, *testbed.commanding)
        self._log = testbed.folder / "hostile.log"
        self._process: asyncio.subprocess.Process | None = None
        self._counts = True

    async def begin(self, *, ordinary: bool = False) -> None:
        """Write at the full quota from now on; what is ordinary is not counted."""
        self._counts = not ordinary
        mood = ("--ordinary",) if ordinary else ()
        with self._log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "chaos.hostile", *mood, *self._arguments),
                env={**os.environ, "PYTHONPATH": str(_TESTS)},
                stdout=asyncio.subprocess.PIPE,
                stderr=log,
            )

    async def end(self) -> None:
        """Stop, and count what was written. Raises `RuntimeError` if it had ended by itself."""
        if self._process is None:
            return
        process, self._process = self._process, None
        if process.returncode is None:
            process.terminate()
        said, _ = await asyncio.wait_for(process.communicate(), _END_S)
        if process.returncode:
            raise RuntimeError(f"the hostile owner ended with {process.returncode}: {self._log}")
        if self._counts:
            self._count(json.loads(said))

    def kill(self) -> None:
        """End at once, whatever it has to say."""
        if self._process is not None and self._process.returncode is None:
            self._process.kill()

    @property
    def written(self) -> Ledger:
        """Records by kind, bytes, seconds."""
        return {
            "records": dict(sorted(self.records.items())),
            "bytes": self.bytes,
            "seconds": round(self.seconds, 1),
        }

    @property
    def in_words(self) -> str:
        """How much it was."""
        records = self.records.total()
        return f"{records:,} records of {self.bytes / 1e6:.0f} MB in {self.seconds:.0f} s"

    def _count(self, said: Ledger) -> None:
        self.records.update(said["records"])
        self.bytes += said["bytes"]
        self.seconds += said["seconds"]
