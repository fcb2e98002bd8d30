"""The version of an aggregate: a change names the one that its author has read."""

from intercoop_chassis.errors import StaleVersionError


def check_version(current: int, expected: int) -> None:
    """Raise `StaleVersionError` unless the aggregate still is what the caller read.

    Call it after the row is locked: `check_version(row["version"], expected)`.
    """
    if current != expected:
        raise StaleVersionError(
            f'It has changed since it was read (ETag "{expected}", now "{current}"): '
            "read it again and repeat the change"
        )
