"""A disk of its own for PostgreSQL, in memory, that can be full."""

import contextlib
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Final

_SIZE: Final = "3g"
_BLOCK: Final = bytes(1 << 20)


def can_mount() -> bool:
    """Whether this process may mount a file system; only then the disk can be full."""
    return os.geteuid() == 0


class Disk:
    """Mounted at a folder, where that is allowed; an ordinary folder elsewhere."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._mounted = False

    def mount(self) -> None:
        self._folder.mkdir(parents=True)
        if can_mount():
            options = ["-t", "tmpfs", "-o", f"size={_SIZE},mode=0755", "tmpfs"]
            done = subprocess.run(["mount", *options, str(self._folder)], check=False)
            self._mounted = done.returncode == 0

    def unmount(self) -> None:
        if self._mounted:
            subprocess.run(["umount", "-l", str(self._folder)], check=False)

    @contextlib.contextmanager
    def full(self) -> Iterator[None]:
        """Nothing more fits meanwhile."""
        assert self._mounted, "no disk was mounted"
        filling = self._folder / "filling"
        try:
            with contextlib.suppress(OSError), filling.open("wb", buffering=0) as file:
                while file.write(_BLOCK):
                    pass
            yield
        finally:
            filling.unlink(missing_ok=True)
