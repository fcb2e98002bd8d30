"""Where a run's servers keep their data: in memory where there is room, because disks are slow.

A test database is a copy of three hundred files. ext4 takes ten times as long for them as memory
does, and longer still after many were deleted, since it does not use their inodes again for a while.
"""

import os
import tempfile
from pathlib import Path

IN_MEMORY = Path("/dev/shm")  # noqa: S108  a file system, and no file that others might know of
ROOM = 5 * 2**30
"""A run takes less than a fifth of it, unless tests leave databases behind."""


def new_folder(*, in_memory: bool) -> Path:
    """A new folder that the servers' accounts may enter, in memory if it may be and can.

    Whoever asked for it deletes it.
    """
    base = _in_memory() if in_memory else None
    folder = Path(tempfile.mkdtemp(prefix="intercoop-tests-", dir=base))
    folder.chmod(0o755)
    return folder


def is_in_memory(folder: Path) -> bool:
    return folder.is_relative_to(IN_MEMORY)


def _in_memory() -> Path | None:
    """None where somebody says where temporary files go, or where there is no room."""
    if "TMPDIR" in os.environ or not IN_MEMORY.is_dir():
        return None
    return IN_MEMORY if min(_free(IN_MEMORY), _memory()) > ROOM else None


def _free(folder: Path) -> int:
    found = os.statvfs(folder)
    return found.f_bavail * found.f_frsize


def _memory() -> int:
    """Bytes that programs may still take, as Linux estimates them."""
    lines = Path("/proc/meminfo").read_text(encoding="utf-8").splitlines()
    amounts = {name: amount for name, _, amount in (line.partition(":") for line in lines)}
    return int(amounts["MemAvailable"].split()[0]) * 1024
