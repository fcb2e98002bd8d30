"""Where a run's servers keep their data: in memory where there is room, because disks are slow.

A test database is a copy of three hundred files. ext4 takes ten times as long for them as memory
does, and longer still after many were deleted, since it does not use their inodes again for a while.
"""

import fcntl
import os
import shutil
import tempfile
from pathlib import Path
from typing import IO

IN_MEMORY = Path("/dev/shm")  # noqa: S108  a file system, and no file that others might know of
ROOM = 10 * 2**30
"""A whole run takes less than half of it."""

_PREFIX = "intercoop-tests-"
_IN_USE = "in-use"
_held: list[IO[bytes]] = []
"""Locks that this process keeps as long as it lives, one for each of its folders."""


def new_folder(base: Path | None = None) -> Path:
    """A new folder that the servers' accounts may enter; whoever asked for it deletes it."""
    folder = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=base))
    folder.chmod(0o755)
    lock = (folder / _IN_USE).open("wb")
    fcntl.flock(lock, fcntl.LOCK_EX)
    _held.append(lock)
    return folder


def memory() -> Path | None:
    """Where to keep data in memory; None where somebody says where temporary files go, or no room is."""
    if "TMPDIR" in os.environ or not IN_MEMORY.is_dir():
        return None
    _sweep()
    return IN_MEMORY if min(_free(IN_MEMORY), _available(), _allowed()) > ROOM else None


def is_in_memory(folder: Path) -> bool:
    return folder.is_relative_to(IN_MEMORY)


def _sweep() -> None:
    """Delete what runs left that were killed: nobody holds its lock."""
    for folder in IN_MEMORY.glob(f"{_PREFIX}*"):
        try:
            with (folder / _IN_USE).open("rb") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(folder, ignore_errors=True)
        except OSError:
            continue  # in use, or of another user


def _free(folder: Path) -> int:
    found = os.statvfs(folder)
    return found.f_bavail * found.f_frsize


def _available() -> int:
    """Bytes that programs may still take, as Linux estimates them."""
    lines = Path("/proc/meminfo").read_text(encoding="utf-8").splitlines()
    amounts = {name: amount for name, _, amount in (line.partition(":") for line in lines)}
    return int(amounts["MemAvailable"].split()[0]) * 1024


def _allowed() -> int:
    """Bytes that a container's limit leaves; without one, more than there are."""
    limit, used = Path("/sys/fs/cgroup/memory.max"), Path("/sys/fs/cgroup/memory.current")
    if not limit.exists() or (most := limit.read_text(encoding="ascii").strip()) == "max":
        return 2**62
    return int(most) - int(used.read_text(encoding="ascii"))
