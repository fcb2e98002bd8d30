"""An aggregate's own version: how it is written as an ETag, and that a change names it."""

from intercoop_chassis.errors import StaleVersionError


def etag(version: int) -> str:
    """The `ETag` header of an aggregate's version: `"7"`, quotes included."""
    return f'"{version}"'


def check_version(current: int, expected: int) -> None:
    """Raise `StaleVersionError` unless the aggregate still is what the caller read.

    Call it after the row is locked: `check_version(row["version"], expected)`.
    """
    if current != expected:
        raise StaleVersionError(
            f"It has changed since it was read (ETag {etag(expected)}, now {etag(current)}): "
            "read it again and repeat the change"
        )
