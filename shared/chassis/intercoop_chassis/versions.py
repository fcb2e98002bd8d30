"""An aggregate's own version: how it is written as an ETag, and that a change names it."""

from collections.abc import Sequence
from dataclasses import dataclass

from intercoop_chassis.errors import Difference, StaleVersionError


@dataclass(frozen=True, slots=True)
class Expected:
    """Of which versions a change may be one; of any, where it names none."""

    versions: frozenset[int] = frozenset()

    def takes(self, current: int) -> bool:
        return not self.versions or current in self.versions


ANY_VERSION = Expected()
"""For a caller who says that every version will do (`If-Match: *`, RFC 9110, 13.1.1)."""


def etag(version: int) -> str:
    """The `ETag` header of an aggregate's version: `"7"`, quotes included."""
    return f'"{version}"'


def check_version(current: int, expected: Expected, differences: Sequence[Difference] = ()) -> None:
    """Raise `StaleVersionError` unless the aggregate still is what the caller read.

    Call it after the row is locked: `check_version(row["version"], expected)`. `differences` are
    those between what is saved and what was sent, for the answer.
    """
    if not expected.takes(current):
        tags = ", ".join(etag(version) for version in sorted(expected.versions))
        raise StaleVersionError(
            f"It has changed since it was read (ETag {tags}, now {etag(current)}): "
            "read it again and repeat the change",
            differences,
        )
