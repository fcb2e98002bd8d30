"""Apache Kafka's jars: fetched by exact coordinates, checked against committed checksums."""

import hashlib
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from intercoop_local.platform.errors import PlatformError

LOCK = Path(__file__).parent / "jars.lock"
ROOTS = (
    "org.apache.kafka:kafka_2.13:4.4.0",
    "org.apache.logging.log4j:log4j-slf4j-impl:2.25.5",
)

Progress = Callable[[int, int], None]

_AT_ONCE = 4


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
    """Bring the jars of the lock, and no others, into `folder`; whole ones stay.

    Files are hashed when they come or have changed, not at every start. Raises `PlatformError`
    when one cannot be had, or is not the file that was locked.
    """
    folder.mkdir(parents=True, exist_ok=True)
    jars = read_lock(lock)
    checked = folder / "checked"
    if checked.exists() and checked.read_text() == _appearance(folder, jars):
        return folder
    checked.unlink(missing_ok=True)
    _remove_others(folder, jars)
    with (
        TemporaryDirectory(prefix="fetching-", dir=folder) as cache,
        ThreadPoolExecutor(_AT_ONCE) as pool,
    ):
        fetching = pool.map(lambda jar: _bring(jar, folder, Path(cache)), jars)
        for number, _ in enumerate(fetching, start=1):
            if progress:
                progress(number, len(jars))
    checked.write_text(_appearance(folder, jars))
    return folder


def write_lock(lock: Path = LOCK) -> int:
    """Resolve the broker's dependencies anew and write the lock; for developers.

    Each root by itself: resolved together, what one root manages would change the other's versions.
    """
    import jgo  # noqa: PLC0415  slow to import, and only needed here

    found = {jar for root in ROOTS for jar in map(_locked, jgo.resolve(root))}
    names = [(jar.group, jar.name) for jar in found]
    doubled = sorted({name for name in names if names.count(name) > 1})
    if doubled:
        raise PlatformError(f"{doubled} would come in two versions: change one of {ROOTS}.")
    lines = sorted(f"{jar.group}:{jar.name}:{jar.version} {jar.sha256}" for jar in found)
    lock.write_text("\n".join(lines) + "\n")
    return len(lines)


def _locked(artifact: Any) -> Jar:  # noqa: ANN401  jgo ships no types
    checksum = _checksum(artifact.resolve())
    return Jar(artifact.groupId, artifact.artifactId, artifact.version, checksum)


def _appearance(folder: Path, jars: Sequence[Jar]) -> str:
    """What changes whenever the lock or one of the files does."""
    lines = []
    for jar in jars:
        path = folder / jar.file_name
        seen = path.stat() if path.exists() else None
        lines.append(f"{jar} {seen and (seen.st_size, seen.st_mtime_ns)}")
    return "\n".join(lines)


def _remove_others(folder: Path, jars: Sequence[Jar]) -> None:
    """Another version's jar on the class path would be loaded too."""
    wanted = {jar.file_name for jar in jars}
    for path in folder.glob("*.jar"):
        if path.name not in wanted:
            path.unlink()


def _bring(jar: Jar, folder: Path, cache: Path) -> None:
    target = folder / jar.file_name
    if target.exists() and _checksum(target) == jar.sha256:
        return
    found = _resolve(jar, cache)
    partial = cache / f"{jar.file_name}.partial"
    partial.write_bytes(found.read_bytes())
    checksum = _checksum(partial)
    if checksum != jar.sha256:
        remedy = "Start again" if found.is_relative_to(cache) else f"Delete {found} and start again"
        raise PlatformError(
            f"{jar.file_name}, a part of Apache Kafka, is not the file that this version of "
            f"Intercoop was tested with: its SHA-256 is {checksum}, expected {jar.sha256}. {remedy}"
            "; when it stays so, something on the way changes files."
        )
    partial.rename(target)


def _resolve(jar: Jar, cache: Path) -> Path:
    """The jar in the user's Maven cache when it is there, else fetched into `cache`."""
    from jgo.maven import MavenContext  # noqa: PLC0415  10 MB in every process, needed once

    context = MavenContext(repo_cache=cache, local_repos=[MavenContext().repo_cache])
    component = context.project(jar.group, jar.name).at_version(jar.version)
    try:
        return Path(component.artifact().resolve())
    except Exception as error:  # jgo raises what its HTTP client does
        raise PlatformError(
            f"{jar.file_name}, a part of Apache Kafka, could not be fetched. Is this machine "
            f"connected, and may it reach a Maven repository? ({type(error).__name__})"
        ) from error


def _checksum(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


if __name__ == "__main__":
    print(f"{write_lock()} jars locked")  # noqa: T201  a developer's command
