"""Files that every process of an instance reads: who else may, and whether they have changed."""

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final, Generic, TypeVar

import structlog

T = TypeVar("T")

LOOK_EVERY_S: Final = 2.0
_OTHERS: Final = 0o037
"""Permission bits that nobody but the owner of a secret file may have; its group may read it."""

log = structlog.get_logger()


class UnusableFileError(Exception):
    """A file cannot be used; says which and what to do, and never shows what is in it."""


class WatchedFile(Generic[T]):
    """What `read` makes of a file, made anew once the file has changed.

    The file is looked at every two seconds, when it is asked for. One that cannot be used any more
    is logged as `file_unusable`, and what it held before serves on. `clock` gives monotonic
    seconds.
    """

    def __init__(
        self, path: Path, read: Callable[[Path], T], *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Read it. Raises `UnusableFileError`."""
        self._path = path
        self._read = read
        self._clock = clock
        self._seen = _stamp(path)
        self._looked_at = clock()
        self._content = read(path)

    def current(self) -> T:
        """What it holds, as of two seconds ago at most."""
        if self._clock() - self._looked_at >= LOOK_EVERY_S:
            return self.newest()
        return self._content

    def newest(self) -> T:
        """What it holds now."""
        self._looked_at = self._clock()
        stamp = _stamp(self._path)
        if stamp != self._seen:
            self._seen = stamp
            try:
                self._content = self._read(self._path)
            except UnusableFileError as error:
                log.error("file_unusable", path=str(self._path), reason=str(error))  # noqa: TRY400  the text says it all
        return self._content


def text_of(path: Path) -> str:
    """The file's text. Raises `UnusableFileError`."""
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not UTF-8 text"
        raise UnusableFileError(f"{path} cannot be read ({reason})") from error


def check_private(path: Path) -> None:
    """Raise `UnusableFileError` where others than its owner and its group may read the file.

    As PostgreSQL has it for keys of TLS (ssl_key_file): 0600, or 0640 for a group of its own.
    """
    mode = path.stat().st_mode & 0o777
    if mode & _OTHERS:
        raise UnusableFileError(
            f"{path} is open to others on this machine (mode {mode:04o}): chmod 600 {path}, "
            "or 640 where a group of its own reads it"
        )


def write_secret(path: Path, content: bytes) -> None:
    """Make a file that its owner alone can read.

    Raises `UnusableFileError` when it is there already, or cannot be made.
    """
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise UnusableFileError(f"{path} is there already: it is kept as it is") from error
    except OSError as error:
        raise UnusableFileError(f"{path} cannot be made ({error.strerror})") from error
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(descriptor)


def _stamp(path: Path) -> tuple[int, ...] | None:
    """What changes with the file, or with the link that leads to it; None where there is none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino, found.st_mode
