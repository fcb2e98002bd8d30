"""Apache Kafka's jars: fetched by exact coordinates, checked against committed checksums."""

import hashlib
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from jgo.maven import MavenContext

from intercoop_local.platform.errors import PlatformError

LOCK = Path(__file__).parent / "jars.lock"
BROKER = ("org.apache.kafka", "kafka_2.13", "4.4.0")
LOGGING = ("org.apache.logging.log4j", "log4j-slf4j-impl", "2.25.5")

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Jar:
    """A line of the lock: Maven coordinates, and the SHA-256 of the file in hexadecimal."""

    group: str
    name: str
    version: str
    sha256: str

    @property
    def file_name(self) -> str:
        return f"{self.name}-{self.version}.jar"


def read_lock(lock: Path = LOCK) -> list[Jar]:
    """The jars that the broker needs, as committed."""
    jars = []
    for line in lock.read_text().splitlines():
        coordinates, sha256 = line.split()
        group, name, version = coordinates.split(":")
        jars.append(Jar(group, name, version, sha256))
    return jars


def fetch(folder: Path, lock: Path = LOCK, progress: Progress | None = None) -> Path:
    """Bring every jar of the lock into `folder`; those that are there and whole stay.

    Raises `PlatformError` when one cannot be had, or is not the file that was locked.
    """
    folder.mkdir(parents=True, exist_ok=True)
    jars = read_lock(lock)
    stamp, wanted = folder / "checked", _checksum(lock)
    if stamp.exists() and stamp.read_text() == wanted:
        return folder
    for number, jar in enumerate(jars, start=1):
        target = folder / jar.file_name
        if not target.exists() or _checksum(target) != jar.sha256:
            _bring(jar, target)
        if progress:
            progress(number, len(jars))
    stamp.write_text(wanted)
    return folder


def write_lock(lock: Path = LOCK) -> int:
    """Resolve the broker's dependencies anew and write the lock; for developers."""
    import jgo  # noqa: PLC0415  slow to import, and only needed here

    lines = []
    for coordinates in (BROKER, LOGGING):
        for jar in jgo.resolve(":".join(coordinates)):
            checksum = _checksum(jar.resolve())
            lines.append(f"{jar.groupId}:{jar.artifactId}:{jar.version} {checksum}")
    lock.write_text("\n".join(sorted(set(lines))) + "\n")
    return len(set(lines))


def _bring(jar: Jar, target: Path) -> None:
    try:
        component = MavenContext().project(jar.group, jar.name).at_version(jar.version)
        found = component.artifact().resolve()
    except Exception as error:  # jgo raises what its HTTP client does
        raise PlatformError(
            f"{jar.file_name}, a part of Apache Kafka, could not be fetched. Is this machine "
            f"connected, and may it reach a Maven repository? ({type(error).__name__})"
        ) from error
    checksum = _checksum(found)
    if checksum != jar.sha256:
        raise PlatformError(
            f"{found} is not the file that this version of Intercoop was tested with: its SHA-256 "
            f"is {checksum}, expected {jar.sha256}. Delete it and start again."
        )
    partial = target.with_suffix(".partial")
    shutil.copyfile(found, partial)
    partial.rename(target)


def _checksum(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


if __name__ == "__main__":
    print(f"{write_lock()} jars locked")  # noqa: T201  a developer's command
