"""A clock that a test sets by hand."""

from datetime import UTC, datetime, timedelta


class ManualClock:
    """Stands still until it is moved; begins now, unless a test says when."""

    def __init__(self, now: datetime | None = None) -> None:
        self.now = now or datetime.now(UTC)

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **duration: float) -> None:
        self.now += timedelta(**duration)
